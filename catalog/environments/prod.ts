import type { Environment } from '../model/index.ts';
import { SERVICES_NAMESPACE } from '../namespaces.ts';

/** Account, zone ids and domain are examples that the studio replaces with its own. */
export const prod = {
  name: 'prod',
  summary: 'Three zones, every row of the specification, nothing deleted by accident.',
  account: '333333333333',
  region: 'us-east-1',
  zones: [
    { name: 'us-east-1a', id: 'use1-az1' },
    { name: 'us-east-1b', id: 'use1-az2' },
    { name: 'us-east-1c', id: 'use1-az4' },
  ],
  recoveryRegion: 'us-west-2',
  domain: 'gamemetrics.example',
  budget: { minUsd: 800, maxUsd: 1_200 },
  retainData: true,
  objectLock: true,
  network: {
    cidr: '10.30.0.0/16',
    nat: { kind: 'gateways', count: 3 },
    interfaceEndpoints: [],
    flowLogRetentionDays: 30,
  },
  apiAccessCidrs: ['203.0.113.0/24'],
  clusterAccess: [
    { role: 'operators', policy: 'AmazonEKSClusterAdminPolicy', namespaces: [] },
    { role: 'developers', policy: 'AmazonEKSViewPolicy', namespaces: [SERVICES_NAMESPACE] },
  ],
  logRetentionDays: 90,
  nodeGroups: {
    system: { instanceTypes: ['t4g.large'], capacity: 'ON_DEMAND', min: 2, desired: 2, max: 4, diskGiB: 30, zones: 3 },
    application: {
      instanceTypes: ['m7g.large', 'm6g.large', 'm7g.xlarge'],
      capacity: 'SPOT',
      min: 3,
      desired: 3,
      max: 20,
      diskGiB: 30,
      zones: 3,
    },
    data: { instanceTypes: ['m7g.large'], capacity: 'ON_DEMAND', min: 3, desired: 3, max: 6, diskGiB: 30, zones: 3 },
  },
  database: {
    instanceType: 't4g.medium',
    storageGiB: 50,
    maxStorageGiB: 500,
    multiAz: true,
    readReplicas: 2,
    backupRetentionDays: 7,
  },
  cache: { nodeType: 'cache.t4g.micro', shards: 3, replicasPerShard: 1 },
  kafka: {
    controllers: 3,
    brokers: 3,
    storageGiB: 100,
    brokerMemoryMiB: 2_048,
    replicationFactor: 3,
    minInSyncReplicas: 2,
  },
  timescale: { instances: 2, storageGiB: 100, memoryMiB: 2_048 },
  qdrant: { instances: 2, storageGiB: 20, memoryMiB: 1_024 },
  replicas: 'full',
  logLevel: 'info',
  traceSamplingRatio: 0.1,
  delivery: { automatedSync: false },
} as const satisfies Environment;
