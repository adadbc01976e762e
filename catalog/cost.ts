import type { EnvironmentName } from './model/index.ts';
import type { BucketName } from './stores.ts';
import type { TopicName } from './topics.ts';

/**
 * What the cost of an environment is computed with beside its templates and manifests: how much runs through it. Whatever
 * says «estimate» is ours, to be replaced by the first month's bill; the command prints all of it.
 */
export interface Load {
  /** Events accepted a second. */
  readonly events: { readonly average: number; readonly peak: number };
  /** GB a month that leave through the NAT: images pulled anew by replaced nodes, calls of AWS's APIs. */
  readonly natGigabytes: { readonly average: number; readonly peak: number };
  /** GB a month that CloudWatch takes in, by who writes. */
  readonly logGigabytes: Readonly<Record<LogWriter, number>>;
  /** GB written to a bucket a day; the event archive follows from the events. */
  readonly bucketGigabytesPerDay: Readonly<Record<Exclude<BucketName, 'archive'>, number>>;
}

/** Who writes to CloudWatch, and how the names of its log groups look; the first that matches counts. */
export const LOG_WRITERS = {
  'control plane': /^\/aws\/eks\//,
  database: /^\/aws\/rds\//,
  'flow logs': /flow-logs/,
  firewall: /^aws-waf-logs/,
  other: /^/,
} as const satisfies Record<string, RegExp>;

export type LogWriter = keyof typeof LOG_WRITERS;

/**
 * Events: prod's average is what its Kafka disks can hold (a test holds it to that), its peak the headline load of the
 * platform (spec, services.md); dev is a developer's simulator, staging a load test now and then. The rest are estimates.
 */
export const LOADS = {
  dev: {
    events: { average: 1, peak: 200 },
    natGigabytes: { average: 10, peak: 30 },
    logGigabytes: { 'control plane': 6, database: 0.2, 'flow logs': 1, firewall: 0.1, other: 0.1 },
    bucketGigabytesPerDay: { backups: 0.1, logs: 0.2, velero: 0.05, artifacts: 0.01, audit: 0.02, 'access-logs': 0.01 },
  },
  staging: {
    events: { average: 10, peak: 5_000 },
    natGigabytes: { average: 20, peak: 60 },
    logGigabytes: { 'control plane': 10, database: 0.5, 'flow logs': 3, firewall: 0.5, other: 0.2 },
    bucketGigabytesPerDay: { backups: 0.5, logs: 0.5, velero: 0.1, artifacts: 0.02, audit: 0.05, 'access-logs': 0.05 },
  },
  prod: {
    events: { average: 100, peak: 50_000 },
    natGigabytes: { average: 50, peak: 300 },
    logGigabytes: { 'control plane': 20, database: 2, 'flow logs': 10, firewall: 2, other: 0.5 },
    bucketGigabytesPerDay: { backups: 3, logs: 3, velero: 0.5, artifacts: 0.05, audit: 0.2, 'access-logs': 0.3 },
  },
} as const satisfies Record<EnvironmentName, Load>;

/** Bytes of one event, on its way and at rest. */
export const EVENT_BYTES = {
  /** About 1 KB (spec, services.md; the quotas of kafka.ts rest on the same figure). */
  wire: 1_000,
  /** In Kafka: lz4 over batches of JSON whose keys repeat; a factor of four is usual. */
  kafka: 250,
  /** In the write-ahead log of TimescaleDB: the row and its index entries, before compression. */
  writeAheadLog: 700,
  /** In Parquet with zstd, columns sorted by game and date: an estimate. */
  archive: 80,
  /** What ingestion answers: 20 bytes a result, and its share of the batch's headers. */
  answer: 40,
} as const;

/** Records that one event leads to; a topic that is not named gets a few a day. */
export const RECORDS_PER_EVENT: Partial<Record<TopicName, number>> = {
  'player.events.raw': 1,
  'player.events.processed': 1,
  // One record for all events of a player in a batch.
  'player.statistics': 0.3,
};

/** Answers of the API, the dashboard and the games' load balancer together, GB a month: an estimate. */
export const ANSWER_GIGABYTES = { dev: 1, staging: 5, prod: 50 } as const satisfies Record<EnvironmentName, number>;

/** How old the buckets are when they are priced: after a year every class of the lifecycle is in use. */
export const STORAGE_AGE_DAYS = 365;

/** Readers that keep their own retention: Loki and Velero 30 days (spec, operations.md). */
export const READER_RETENTION_DAYS = 30;

/** Images of a service: releases that the registry keeps, and what each adds to the layers that they share. */
export const IMAGE_GIGABYTES = { shared: 0.15, release: 0.01 } as const;

/** Requests on keys, secrets and buckets, thousands a month: an estimate, a few dollars at most. */
export const API_CALLS = { kmsPer10k: 20, secretsPer10k: 5, putPer1k: 200, getPer1k: 500 } as const;

/** An assumption about a price: what we take where the price table has none, and why. */
export interface AssumedPrice {
  readonly usd: number;
  readonly unit: string;
  readonly why: string;
}

const LISTED = 'the price AWS has published for years; no source at hand';

/** Prices that the price table does not have. Each is printed as assumed. */
export const ASSUMED_PRICES = {
  'waf web ACL': { usd: 5, unit: 'month', why: LISTED },
  'waf rule': { usd: 1, unit: 'month', why: LISTED },
  'waf million requests': { usd: 0.6, unit: 'million requests', why: LISTED },
  'cloudwatch alarm': { usd: 0.1, unit: 'month', why: `${LISTED}; the free ten are not counted` },
  'custom metric': { usd: 0.3, unit: 'month', why: LISTED },
  'hosted zone': { usd: 0.5, unit: 'month', why: LISTED },
  'backup GB': { usd: 0.05, unit: 'GB a month', why: `${LISTED}; the warm class of EBS snapshots` },
  'trail GB': { usd: 0, unit: 'GB', why: 'the first copy of management events is free' },
  'cross-region GB': { usd: 0.02, unit: 'GB', why: `${LISTED}; us-east-1 to another region` },
  'sns notification': { usd: 0, unit: 'month', why: 'far below the free thousand e-mails' },
  'timed replication GB': { usd: 0.015, unit: 'GB', why: `${LISTED}; replication time control` },
} as const satisfies Record<string, AssumedPrice>;

export type AssumedPriceName = keyof typeof ASSUMED_PRICES;

/** Instance classes that the table lacks, by the class of twice their size at the same price per GiB. */
export const HALF_OF = { 'db.t4g.micro': 'db.t4g.small' } as const satisfies Record<string, string>;

/** Spot costs this share of the list price: what Graviton's general families tend to in us-east-1; no source at hand. */
export const SPOT_SHARE = 0.45;

/** What a GB costs that crosses zones: billed on either side, so twice. */
export const SIDES_OF_A_CROSSING = 2;

/** Parts that the specification wants and no manifest holds yet, so that a budget is not confirmed without them. */
export const EXPECTED_PARTS = {
  publicLoadBalancer: 'the load balancer of the public gateway, made from its Ingress',
  gameLoadBalancer: 'the load balancer of the games, once regional-node is built',
  timescaleVolumes: 'the volumes of TimescaleDB',
  qdrantVolumes: 'the volumes of Qdrant',
  standbyVolumes: 'the volumes of the brokers that MirrorMaker fills and of the streaming replica of TimescaleDB',
  standbyStreams: 'what MirrorMaker and the streaming replica send to the recovery region',
} as const;
