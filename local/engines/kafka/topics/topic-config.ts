import { KafkaError } from '../errors.ts';

const kinds = {
  boolean: 1,
  text: 2,
  int: 3,
  long: 5,
  double: 6,
  list: 7,
} as const satisfies Record<string, number>;

interface ConfigRule {
  readonly kind: keyof typeof kinds;
  readonly fallback: string;
  readonly least?: number;
  readonly most?: number;
  readonly choices?: readonly string[];
  /** False: kept and shown, without an effect in a broker that is alone. */
  readonly isHonoured: boolean;
  readonly says: string;
}

const day = 86_400_000;
const week = String(7 * day);
const longest = '9223372036854775807';
const kept = { isHonoured: false, says: 'Kept and shown; a broker that is alone has no use for it.' } as const;
const honoured = (says: string) => ({ isHonoured: true, says }) as const;

/** Topic settings of Apache Kafka 4.3 with its defaults. Source: kafka.apache.org, "Topic Configs". */
export const topicConfigRules = {
  'cleanup.policy': {
    kind: 'list',
    fallback: 'delete',
    choices: ['delete', 'compact'],
    ...honoured('Old segments are deleted, or only the newest record of each key is kept.'),
  },
  'compression.type': {
    kind: 'text',
    fallback: 'producer',
    choices: ['producer', 'uncompressed', 'gzip', 'lz4', 'snappy', 'zstd'],
    isHonoured: false,
    says: 'Kept and shown; batches are always stored as the producer sent them.',
  },
  'compression.gzip.level': { kind: 'int', fallback: '-1', ...kept },
  'compression.lz4.level': { kind: 'int', fallback: '9', ...kept },
  'compression.zstd.level': { kind: 'int', fallback: '3', ...kept },
  'delete.retention.ms': {
    kind: 'long',
    fallback: String(day),
    least: 0,
    ...honoured('How long a compacted topic keeps a tombstone.'),
  },
  'file.delete.delay.ms': { kind: 'long', fallback: '60000', least: 0, ...kept },
  'flush.messages': { kind: 'long', fallback: longest, least: 1, ...kept },
  'flush.ms': { kind: 'long', fallback: longest, least: 0, ...kept },
  'follower.replication.throttled.replicas': { kind: 'list', fallback: '', ...kept },
  'index.interval.bytes': { kind: 'int', fallback: '4096', least: 0, ...kept },
  'leader.replication.throttled.replicas': { kind: 'list', fallback: '', ...kept },
  'local.retention.bytes': { kind: 'long', fallback: '-2', least: -2, ...kept },
  'local.retention.ms': { kind: 'long', fallback: '-2', least: -2, ...kept },
  'max.compaction.lag.ms': { kind: 'long', fallback: longest, least: 1, ...kept },
  'max.message.bytes': {
    kind: 'int',
    fallback: '1048588',
    least: 0,
    ...honoured('The largest record batch, after compression, that is accepted.'),
  },
  'message.timestamp.after.max.ms': {
    kind: 'long',
    fallback: '3600000',
    least: 0,
    ...honoured('How far ahead of the clock of the broker a record may be.'),
  },
  'message.timestamp.before.max.ms': {
    kind: 'long',
    fallback: longest,
    least: 0,
    ...honoured('How far behind the clock of the broker a batch may be.'),
  },
  'message.timestamp.type': {
    kind: 'text',
    fallback: 'CreateTime',
    choices: ['CreateTime', 'LogAppendTime'],
    ...honoured('Whose clock the timestamps of records are from.'),
  },
  'min.cleanable.dirty.ratio': {
    kind: 'double',
    fallback: '0.5',
    least: 0,
    most: 1,
    ...honoured('How much of a compacted topic must be new before it is compacted again.'),
  },
  'min.compaction.lag.ms': {
    kind: 'long',
    fallback: '0',
    least: 0,
    ...honoured('How long a record of a compacted topic stays whatever follows it.'),
  },
  'min.insync.replicas': { kind: 'int', fallback: '1', least: 1, ...kept },
  preallocate: { kind: 'boolean', fallback: 'false', ...kept },
  'remote.storage.enable': { kind: 'boolean', fallback: 'false', ...kept },
  'retention.bytes': {
    kind: 'long',
    fallback: '-1',
    least: -1,
    ...honoured('The size from which the oldest segments of a partition are deleted; -1 for no limit.'),
  },
  'retention.ms': {
    kind: 'long',
    fallback: week,
    least: -1,
    ...honoured('The age from which segments are deleted; -1 for no limit.'),
  },
  'segment.bytes': {
    kind: 'int',
    fallback: '',
    least: 1024 * 1024,
    ...honoured('The size at which a segment is closed; the broker has a default of its own.'),
  },
  'segment.index.bytes': { kind: 'int', fallback: '10485760', least: 4, ...kept },
  'segment.jitter.ms': { kind: 'long', fallback: '0', least: 0, ...kept },
  'segment.ms': { kind: 'long', fallback: week, least: 1, ...honoured('The age at which a segment is closed.') },
  'unclean.leader.election.enable': { kind: 'boolean', fallback: 'false', ...kept },
} as const satisfies Record<string, ConfigRule>;

export type ConfigName = keyof typeof topicConfigRules;
export type TopicConfig = Partial<Record<ConfigName, string>>;

export const isConfigName = (name: string): name is ConfigName => Object.hasOwn(topicConfigRules, name);
export const configNames = Object.keys(topicConfigRules).filter(isConfigName);

export const ruleOf = (name: ConfigName): ConfigRule => topicConfigRules[name];
export const kindCode = (name: ConfigName): number => kinds[ruleOf(name).kind];

/** What is wrong with a setting, or undefined. */
const faultOf = (name: ConfigName, value: string): string | undefined => {
  const rule = ruleOf(name);
  if (rule.kind === 'boolean') return value === 'true' || value === 'false' ? undefined : 'must be true or false';
  return rule.kind === 'list' || rule.kind === 'text' ? textFault(rule, value) : numberFault(rule, value);
};

const textFault = ({ kind, choices }: ConfigRule, value: string): string | undefined => {
  const parts = kind === 'list' ? value.split(',').map((part) => part.trim()) : [value];
  if (choices === undefined || parts.every((part) => choices.includes(part))) return undefined;
  return `must be ${kind === 'list' ? 'a list of' : 'one of'} ${choices.join(', ')}`;
};

const numberFault = ({ kind, least, most }: ConfigRule, value: string): string | undefined => {
  const number = Number(value);
  const isNumber = kind === 'double' ? value.trim() !== '' && !Number.isNaN(number) : /^-?\d+$/.test(value);
  if (!isNumber) return `must be ${kind === 'double' ? 'a number' : 'a whole number'}`;
  if (least !== undefined && number < least) return `must be at least ${least}`;
  return most !== undefined && number > most ? `must be at most ${most}` : undefined;
};

/**
 * Settings as they come from a client.
 * @throws KafkaError INVALID_CONFIG, with every problem in its sentence
 */
export const parseTopicConfig = (given: Iterable<readonly [string, string]>): TopicConfig => {
  const config: TopicConfig = {};
  const faults: string[] = [];
  for (const [name, value] of given) {
    if (!isConfigName(name)) {
      faults.push(`${name} is no topic setting`);
      continue;
    }
    const fault = faultOf(name, value);
    if (fault === undefined) config[name] = value;
    else faults.push(`${name} is ${JSON.stringify(value)} and ${fault}`);
  }
  if (faults.length > 0) throw new KafkaError('INVALID_CONFIG', `${faults.join('; ')}.`);
  return config;
};

/** The settings that the log acts on, as numbers; unlimited is Infinity. */
export interface TopicSettings {
  readonly isCompacted: boolean;
  readonly isDeleted: boolean;
  readonly retentionMillis: number;
  readonly retentionBytes: number;
  readonly segmentBytes: number;
  readonly segmentMillis: number;
  readonly maxMessageBytes: number;
  readonly usesLogAppendTime: boolean;
  readonly timestampAheadMillis: number;
  readonly timestampBehindMillis: number;
  readonly tombstoneMillis: number;
  readonly compactionLagMillis: number;
  readonly dirtyRatio: number;
}

export const settingsOf = (config: TopicConfig, segmentBytes: number): TopicSettings => {
  const text = (name: ConfigName): string => config[name] ?? ruleOf(name).fallback;
  const limit = (name: ConfigName): number => (Number(text(name)) < 0 ? Number.POSITIVE_INFINITY : Number(text(name)));
  const policies = text('cleanup.policy')
    .split(',')
    .map((policy) => policy.trim());
  return {
    isCompacted: policies.includes('compact'),
    isDeleted: policies.includes('delete'),
    retentionMillis: limit('retention.ms'),
    retentionBytes: limit('retention.bytes'),
    segmentBytes: config['segment.bytes'] === undefined ? segmentBytes : Number(config['segment.bytes']),
    segmentMillis: limit('segment.ms'),
    maxMessageBytes: limit('max.message.bytes'),
    usesLogAppendTime: text('message.timestamp.type') === 'LogAppendTime',
    timestampAheadMillis: limit('message.timestamp.after.max.ms'),
    timestampBehindMillis: limit('message.timestamp.before.max.ms'),
    tombstoneMillis: limit('delete.retention.ms'),
    compactionLagMillis: limit('min.compaction.lag.ms'),
    dirtyRatio: Number(text('min.cleanable.dirty.ratio')),
  };
};
