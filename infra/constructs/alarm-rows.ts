import type { DatabaseSize } from '#catalog/index.ts';
import type { AlarmRow } from './alarm-table.ts';
import { PROMISED_MINUTES } from './bucket-replication.ts';

const GIB = 1_073_741_824;

/** Memory of the RDS instance classes in use (Amazon RDS user guide, «DB instance classes»). */
const MEMORY_GIB: Readonly<Record<string, number>> = {
  't4g.micro': 1,
  't4g.small': 2,
  't4g.medium': 4,
  't4g.large': 8,
  'm6g.large': 8,
  'm7g.large': 8,
};

/** The class's memory in bytes. @throws for a class that the table does not have. */
function memoryOf(instanceType: string): number {
  const memory = MEMORY_GIB[instanceType];
  if (memory === undefined)
    throw new Error(
      `Nobody wrote down how much memory db.${instanceType} has: add it to infra/constructs/alarm-rows.ts.`,
    );
  return memory * GIB;
}

/** RDS allows one connection for each 9,531,392 bytes of memory (user guide, «max_connections»). */
const connectionsOf = (instanceType: string): number => Math.floor(memoryOf(instanceType) / 9_531_392);

/** Alarms of every PostgreSQL instance. */
export function databaseRows({ instanceType, storageGiB }: DatabaseSize): readonly AlarmRow[] {
  return [
    {
      name: 'database-cpu',
      metric: 'CPUUtilization',
      statistic: 'Average',
      above: 80,
      minutes: 15,
      meaning: 'PostgreSQL has no processor time to spare; queries queue. See the top queries in Performance Insights.',
    },
    {
      name: 'database-storage',
      metric: 'FreeStorageSpace',
      statistic: 'Minimum',
      below: 0.15 * storageGiB * GIB,
      minutes: 5,
      meaning: 'Less than 15 % of the disk is free, and RDS has not grown it: the limit of its growth is near.',
    },
    {
      name: 'database-connections',
      metric: 'DatabaseConnections',
      statistic: 'Maximum',
      above: Math.floor(0.8 * connectionsOf(instanceType)),
      minutes: 10,
      meaning: 'More than 80 % of the connections that the instance allows are open; soon the next one is refused.',
    },
    {
      name: 'database-memory',
      metric: 'FreeableMemory',
      statistic: 'Minimum',
      below: 0.05 * memoryOf(instanceType),
      minutes: 15,
      meaning: 'Less than 5 % of the memory can be freed; PostgreSQL is about to swap or to be killed.',
    },
  ];
}

/** Alarms of the primary alone. */
export const primaryRows: readonly AlarmRow[] = [
  {
    name: 'database-slot-lag',
    metric: 'OldestReplicationSlotLag',
    statistic: 'Maximum',
    above: 5 * GIB,
    minutes: 15,
    meaning: 'A reader of the write-ahead log, such as Debezium, is 5 GiB behind; at 10 GiB PostgreSQL drops it.',
  },
];

/** Alarms of a read replica. */
export const replicaRows: readonly AlarmRow[] = [
  {
    name: 'database-replica-lag',
    metric: 'ReplicaLag',
    statistic: 'Maximum',
    above: 60,
    minutes: 5,
    meaning: 'The replica answers with data that is more than a minute old; 300 s break the recovery point objective.',
  },
];

/** Alarms of the cache, on the worst of its nodes. */
export const cacheRows: readonly AlarmRow[] = [
  {
    name: 'cache-cpu',
    metric: 'EngineCPUUtilization',
    statistic: 'Average',
    above: 80,
    minutes: 10,
    meaning: 'Valkey runs commands on one thread, and it is full: latency rises for every service.',
  },
  {
    name: 'cache-memory',
    metric: 'DatabaseMemoryUsagePercentage',
    statistic: 'Maximum',
    above: 85,
    minutes: 10,
    meaning: 'A shard is nearly full; quotas and query results are about to be evicted.',
  },
  {
    name: 'cache-evictions',
    metric: 'Evictions',
    statistic: 'Sum',
    above: 1_000,
    minutes: 10,
    meaning: 'A node evicts keys before their time, so rate limits and quotas forget what they counted.',
  },
];

/** Alarms of a cache whose shards have replicas. */
export const cacheReplicaRows: readonly AlarmRow[] = [
  {
    name: 'cache-replica-lag',
    metric: 'ReplicationLag',
    statistic: 'Maximum',
    above: 10,
    minutes: 10,
    meaning: 'A replica is more than ten seconds behind; a failover would lose as much.',
  },
];

/** Alarms of NAT gateways, on the worst of them. */
export const natGatewayRows: readonly AlarmRow[] = [
  {
    name: 'nat-ports',
    metric: 'ErrorPortAllocation',
    statistic: 'Sum',
    above: 0,
    minutes: 5,
    meaning: 'A NAT gateway has no port left for a destination; pods cannot open connections to it.',
  },
  {
    name: 'nat-drops',
    metric: 'PacketsDropCount',
    statistic: 'Sum',
    above: 100,
    minutes: 15,
    meaning: 'A NAT gateway drops packets for a quarter of an hour: AWS has a problem in that zone.',
  },
];

/** Alarms of a NAT instance; EC2 moves it to healthy hardware by itself. */
export const natInstanceRows: readonly AlarmRow[] = [
  {
    name: 'nat-status',
    metric: 'StatusCheckFailed',
    statistic: 'Maximum',
    above: 0,
    minutes: 5,
    meaning: 'The NAT instance does not answer: nothing in the private subnets reaches the internet or an API of AWS.',
  },
];

/** Alarms of the schedules that put an environment to sleep and wake it. */
export const scheduleRows: readonly AlarmRow[] = [
  {
    name: 'sleep-failed',
    metric: 'TargetErrorCount',
    statistic: 'Sum',
    above: 0,
    minutes: 5,
    meaning: 'AWS refused to stop or to start something: the environment is awake and costs money, or asleep by day.',
  },
  {
    name: 'sleep-dropped',
    metric: 'InvocationDroppedCount',
    statistic: 'Sum',
    above: 0,
    minutes: 5,
    meaning: 'A call to stop or to start something was given up: the environment is awake by night, or asleep by day.',
  },
];

/** Alarms of copies of buckets, on the slowest; S3 publishes them in the region of the copies. */
export const copyRows: readonly AlarmRow[] = [
  {
    name: 'copies-late',
    metric: 'ReplicationLatency',
    statistic: 'Maximum',
    above: PROMISED_MINUTES * 60,
    minutes: 5,
    meaning: 'A copy of a bucket is further behind than S3 promises: what was written since is in one region only.',
  },
];
