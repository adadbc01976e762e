import { developmentBroker } from './development-broker.ts';
import { describeTarget } from './suite.ts';

describeTarget(developmentBroker);
