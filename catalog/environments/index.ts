import type { Environment } from '../model/index.ts';
import { dev } from './dev.ts';
import { prod } from './prod.ts';
import { staging } from './staging.ts';

export const environments = [dev, staging, prod] as const satisfies readonly Environment[];

/** The account that holds the images of all environments (decisions: one shared account). */
export const SHARED_ACCOUNT = '999999999999';
export const SHARED_REGION = 'us-east-1';

/** EKS version: the newest that Kyverno, Velero, Istio and Karpenter all list. */
export const KUBERNETES_VERSION = '1.35';
/** Kafka and metadata version that Strimzi 1.2.0 runs. */
export const KAFKA_VERSION = { kafka: '4.3.1', metadata: '4.3-IV0' } as const;
/** RDS PostgreSQL major version. */
export const POSTGRESQL_VERSION = '18';
