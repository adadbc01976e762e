import type { Environment } from '../model/index.ts';
import { SERVICES_NAMESPACE } from '../namespaces.ts';

/** Account, zone ids and domain are examples that the studio replaces with its own. */
export const dev = {
  name: 'dev',
  summary: 'One of everything, in one zone where it saves money; may be down for a moment, deletes without a trace.',
  account: '111111111111',
  region: 'us-east-1',
  zones: [
    { name: 'us-east-1a', id: 'use1-az1' },
    { name: 'us-east-1b', id: 'use1-az2' },
    { name: 'us-east-1c', id: 'use1-az4' },
  ],
  domain: 'dev.gamemetrics.example',
  backups: [],
  budget: { minUsd: 150, maxUsd: 200 },
  retainData: false,
  objectLock: false,
  network: {
    cidr: '10.10.0.0/16',
    nat: { kind: 'instance', instanceType: 't4g.nano' },
    interfaceEndpoints: [],
    flowLogRetentionDays: 7,
  },
  apiAccessCidrs: ['203.0.113.0/24'],
  clusterAccess: [
    { role: 'operators', policy: 'AmazonEKSClusterAdminPolicy', namespaces: [] },
    { role: 'developers', policy: 'AmazonEKSEditPolicy', namespaces: [SERVICES_NAMESPACE] },
  ],
  logRetentionDays: 7,
  nodeGroups: {
    system: { instanceTypes: ['t4g.medium'], capacity: 'SPOT', min: 1, desired: 1, max: 2, diskGiB: 20, zones: 1 },
    application: {
      instanceTypes: ['t4g.large', 'm7g.large', 'm6g.large'],
      capacity: 'SPOT',
      min: 1,
      desired: 1,
      max: 3,
      diskGiB: 20,
      zones: 1,
    },
    data: { instanceTypes: ['t4g.large'], capacity: 'SPOT', min: 1, desired: 1, max: 2, diskGiB: 20, zones: 1 },
  },
  database: {
    instanceType: 't4g.micro',
    storageGiB: 20,
    maxStorageGiB: 50,
    multiAz: false,
    readReplicas: 0,
    backupRetentionDays: 1,
  },
  cache: { nodeType: 'cache.t4g.micro', shards: 1, replicasPerShard: 0 },
  kafka: {
    controllers: 1,
    brokers: 1,
    storageGiB: 20,
    brokerMemoryMiB: 1_536,
    replicationFactor: 1,
    minInSyncReplicas: 1,
  },
  timescale: { instances: 1, storageGiB: 20, memoryMiB: 1_024 },
  qdrant: { instances: 1, storageGiB: 5, memoryMiB: 512 },
  replicas: 'single',
  logLevel: 'debug',
  traceSamplingRatio: 1,
  delivery: { automatedSync: true },
} as const satisfies Environment;
