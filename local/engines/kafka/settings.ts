import { KafkaError } from './errors.ts';

/** Something the operator should know: the broker goes on, but not as it should. */
export interface Fault {
  readonly code: 'storage' | 'damage' | 'malformed' | 'limit' | 'bug';
  readonly message: string;
}

/**
 * Everything that can be set, with its default. Sizes in bytes, times in milliseconds.
 * Where Apache Kafka has the setting, the default is its own; what differs says why.
 */
export const defaultSettings = {
  host: '127.0.0.1',
  /** Smaller than Kafka's 1 GiB: retention works on whole segments, and a laptop's topics are small. */
  logSegmentBytes: 64 * 1024 * 1024,
  /** 'os': survives the end of the process. 'always': fsync before the answer, survives loss of power too. */
  flush: 'os' as 'os' | 'always',
  maxConnections: 1000,
  maxRequestBytes: 64 * 1024 * 1024,
  /** Requests that are being received, of all connections together. */
  maxBufferedBytes: 256 * 1024 * 1024,
  maxFetchBytes: 32 * 1024 * 1024,
  /** A connection on which nothing moves for so long is closed. */
  connectionIdleMillis: 10 * 60_000,
  maxTopics: 1000,
  maxPartitions: 4000,
  maxGroups: 1000,
  maxGroupMembers: 1000,
  maxTransactionalIds: 10_000,
  groupMinSessionTimeoutMillis: 6000,
  groupMaxSessionTimeoutMillis: 1_800_000,
  /** Kafka waits three seconds for a group to gather; alone on a machine that is only a slow start. */
  groupInitialRebalanceDelayMillis: 0,
  offsetsRetentionMillis: 7 * 86_400_000,
  offsetMetadataMaxBytes: 4096,
  transactionMaxTimeoutMillis: 900_000,
  transactionalIdExpirationMillis: 7 * 86_400_000,
  producerIdExpirationMillis: 86_400_000,
  /** How often retention and expiry are looked at. */
  housekeepingIntervalMillis: 30_000,
  /** How often overdue transactions are looked for. */
  transactionSweepIntervalMillis: 1000,
};

export interface Settings extends Readonly<typeof defaultSettings> {
  readonly dataDir: string;
  readonly port: number;
  /** The broker's clock. */
  readonly now: () => number;
  readonly onFault: (fault: Fault) => void;
}

export const clusterId = 'gamemetrics-development-broker';
export const nodeId = 1;

const loopbackHosts = ['127.0.0.1', '::1', 'localhost'];

/** @throws KafkaError INVALID_REQUEST for an address that other machines could reach */
export const checkHost = (host: string): void => {
  if (loopbackHosts.includes(host)) return;
  throw new KafkaError(
    'INVALID_REQUEST',
    `The development broker does not listen on ${host}: it has no authentication and keeps one copy, so only ` +
      `this machine may reach it. Use ${loopbackHosts.join(', ')}, or Apache Kafka for anything else.`,
  );
};
