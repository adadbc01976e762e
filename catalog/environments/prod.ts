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
  recovery: {
    region: 'us-west-2',
    zones: [
      { name: 'us-west-2a', id: 'usw2-az1' },
      { name: 'us-west-2b', id: 'usw2-az2' },
      { name: 'us-west-2c', id: 'usw2-az3' },
    ],
    network: {
      cidr: '10.40.0.0/16',
      nat: { kind: 'gateways', count: 1 },
      interfaceEndpoints: [],
      flowLogRetentionDays: 30,
    },
    nodeGroups: {
      system: {
        instanceTypes: ['t4g.large'],
        capacity: 'ON_DEMAND',
        min: 1,
        desired: 1,
        max: 4,
        diskGiB: 30,
        zones: 3,
      },
      application: {
        instanceTypes: ['c7g.large', 'c6g.large', 'm7g.large', 'm6g.large'],
        capacity: 'ON_DEMAND',
        min: 0,
        desired: 0,
        max: 20,
        diskGiB: 30,
        zones: 3,
      },
      // Brokers that MirrorMaker writes to, and the streaming replica of TimescaleDB: asleep they would miss what happens.
      data: { instanceTypes: ['t4g.large'], capacity: 'ON_DEMAND', min: 3, desired: 3, max: 6, diskGiB: 30, zones: 3 },
    },
    awake: {
      system: { min: 3, desired: 3 },
      application: { min: 4, desired: 4 },
      data: { min: 3, desired: 3 },
    },
    cache: { nodeType: 'cache.t4g.micro', shards: 3, replicasPerShard: 0 },
  },
  backups: [{ name: 'daily', retentionDays: 35 }],
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
  firewall: true,
  volumeThroughput: 250,
  nodeGroups: {
    system: { instanceTypes: ['t4g.large'], capacity: 'ON_DEMAND', min: 3, desired: 3, max: 6, diskGiB: 30, zones: 3 },
    application: {
      // Services ask for processors rather than memory; four types, so that spot has a choice.
      instanceTypes: ['c7g.large', 'c6g.large', 'm7g.large', 'm6g.large'],
      capacity: 'SPOT',
      min: 4,
      desired: 4,
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
