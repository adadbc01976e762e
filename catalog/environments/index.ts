import type { Environment, Site } from '../model/index.ts';
import { dev } from './dev.ts';
import { prod } from './prod.ts';
import { staging } from './staging.ts';

/** The recovery region of an environment as one of its own: nothing or one. */
export const standbyOf = ({ recovery, ...environment }: Environment): readonly Environment[] =>
  recovery ? [{ ...environment, ...recovery, backups: [], standby: true }] : [];

/** Whether an environment has three of everything, so that the loss of a zone is survived. */
export const survivesZoneLoss = ({ nodeGroups, database, cache, kafka }: Environment): boolean =>
  Object.values(nodeGroups).every(({ zones, min }) => zones === 3 && min >= 2) &&
  database.multiAz &&
  cache.replicasPerShard > 0 &&
  kafka.brokers >= 3;

export const environments = [dev, staging, prod] as const satisfies readonly Environment[];

/** The account that holds the images of all environments (decisions: one shared account). */
export const SHARED_ACCOUNT = '999999999999';
export const SHARED_REGION = 'us-east-1';
/** The shared account as a place for stacks: what it holds serves every environment and outlives each of them. */
export const shared = {
  name: 'shared',
  account: SHARED_ACCOUNT,
  region: SHARED_REGION,
  retainData: true,
} as const satisfies Site;

/** EKS version: the newest that Kyverno, Velero, Istio and Karpenter all list. */
export const KUBERNETES_VERSION = '1.35';
/** What comes after it: objects must be good there too, or an update breaks them. */
export const NEXT_KUBERNETES_VERSION = '1.36';
/** Kafka and metadata version that Strimzi 1.2.0 runs. */
export const KAFKA_VERSION = { kafka: '4.3.1', metadata: '4.3-IV0' } as const;
/** RDS PostgreSQL major version. */
export const POSTGRESQL_VERSION = '18';
/** ElastiCache engine: Valkey costs a fifth less than Redis OSS and speaks the same protocol. */
export const VALKEY_VERSION = { engine: '8.1', parameterGroup: 'default.valkey8.cluster.on' } as const;

/** Add-ons that EKS manages. The defaults of EKS 1.35 by `aws eks describe-addon-versions`, October 2026. */
export const EKS_ADD_ONS = {
  'vpc-cni': 'v1.22.4-eksbuild.3',
  'kube-proxy': 'v1.35.3-eksbuild.29',
  'eks-pod-identity-agent': 'v1.3.10-eksbuild.3',
  coredns: 'v1.13.2-eksbuild.31',
  'aws-ebs-csi-driver': 'v1.64.0-eksbuild.1',
} as const;
