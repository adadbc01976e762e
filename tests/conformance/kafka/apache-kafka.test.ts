import { apacheKafka } from './apache-kafka.ts';
import { describeTarget } from './suite.ts';

describeTarget(apacheKafka);
