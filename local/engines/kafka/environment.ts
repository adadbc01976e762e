import type { BrokerOptions, TopicDeclaration } from './broker.ts';
import { checkHost, type defaultSettings } from './settings.ts';

/** What the process was told in its environment. */
export interface Environment {
  readonly options: BrokerOptions;
  /** Topics that must exist when the broker is ready. */
  readonly topics: readonly TopicDeclaration[];
}

/** Every problem of the environment at once; a mistake of whoever started the process. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

type NumberSetting = {
  [K in keyof typeof defaultSettings]: (typeof defaultSettings)[K] extends number ? K : never;
}[keyof typeof defaultSettings];

/** Whole numbers that may be set, and the least that makes sense. */
const numbers = {
  KAFKA_LOG_SEGMENT_BYTES: ['logSegmentBytes', 1024],
  KAFKA_MAX_CONNECTIONS: ['maxConnections', 1],
  KAFKA_MAX_REQUEST_BYTES: ['maxRequestBytes', 1024],
  KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: ['groupMinSessionTimeoutMillis', 1],
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: ['groupInitialRebalanceDelayMillis', 0],
  KAFKA_HOUSEKEEPING_INTERVAL_MS: ['housekeepingIntervalMillis', 1],
  KAFKA_OFFSETS_RETENTION_MS: ['offsetsRetentionMillis', 1],
} as const satisfies Record<string, readonly [NumberSetting, number]>;

const largestPort = 65_535;

/** @throws EnvironmentError naming every variable that is wrong */
export const readEnvironment = (env: NodeJS.ProcessEnv = process.env): Environment => {
  const faults: string[] = [];
  const read = <T>(name: string, parse: (text: string) => T): T | undefined => {
    const text = env[name];
    if (text === undefined || text === '') return undefined;
    try {
      return parse(text);
    } catch (error) {
      faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const dataDir = env.KAFKA_DATA_DIR ?? '';
  if (dataDir === '') faults.push('KAFKA_DATA_DIR: must name the directory that holds the log.');
  const port = read('KAFKA_PORT', (text) => wholeNumber(text, 0, largestPort));
  const host = read('KAFKA_HOST', loopback);
  const flush = read('KAFKA_FLUSH', flushMode);
  const topics = read('KAFKA_TOPICS', parseTopics) ?? [];
  const sizes = Object.entries(numbers).flatMap(([name, [key, least]]) => {
    const value = read(name, (text) => wholeNumber(text, least, Number.MAX_SAFE_INTEGER));
    return value === undefined ? [] : [[key, value] as const];
  });
  if (faults.length > 0) throw new EnvironmentError(`The development broker cannot start:\n  ${faults.join('\n  ')}`);
  const options = { dataDir, port: port ?? defaultPort, ...Object.fromEntries(sizes) };
  return { options: { ...options, ...(host && { host }), ...(flush && { flush }) }, topics };
};

const defaultPort = 9092;

const wholeNumber = (text: string, least: number, most: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${JSON.stringify(text)} is no whole number from ${least} to ${most}.`);
};

const loopback = (text: string): string => {
  checkHost(text);
  return text;
};

const flushMode = (text: string): 'os' | 'always' => {
  if (text === 'os' || text === 'always') return text;
  throw new RangeError(`${JSON.stringify(text)} is neither "os" nor "always".`);
};

/** A JSON list of {name, partitions, config}. */
const parseTopics = (text: string): TopicDeclaration[] => {
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value)) throw new TypeError('must be a JSON list of {name, partitions, config}.');
  return value.map((entry: unknown, index) => {
    if (isTopic(entry)) return entry;
    throw new TypeError(`entry ${index} must be {name, partitions, config} with config a map of texts.`);
  });
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isTopic = (value: unknown): value is TopicDeclaration =>
  isRecord(value) &&
  typeof value.name === 'string' &&
  Number.isInteger(value.partitions) &&
  (value.config === undefined ||
    (isRecord(value.config) && Object.values(value.config).every((text) => typeof text === 'string')));
