import type { Core } from '../../core.ts';
import { KafkaError } from '../../errors.ts';
import { describeConfigs, incrementalAlterConfigs } from '../../protocol/apis/configs.ts';
import { nodeId, type Settings } from '../../settings.ts';
import type { Topic } from '../../topics/topic.ts';
import {
  type ConfigName,
  configNames,
  isConfigName,
  kindCode,
  parseTopicConfig,
  ruleOf,
  type TopicConfig,
} from '../../topics/topic-config.ts';
import { type Route, route } from '../routes.ts';
import { attempt } from './topics.ts';

/** Source: org.apache.kafka.common.config.ConfigResource.Type and DescribeConfigsResponse.ConfigSource. */
const resourceTypes = { topic: 2, broker: 4 } as const;
const sources = { topic: 1, broker: 4, byDefault: 5 } as const;
const operations = { set: 0, delete: 1, append: 2, subtract: 3 } as const;
const unknownKind = 0;

export const configRoutes = (core: Core): Route[] => [
  route(describeConfigs, (request) => ({
    results: request.resources.map(({ resourceType, resourceName, configurationKeys }) => {
      let configs: ReturnType<typeof configEntries> = [];
      const outcome = attempt(core, () => {
        const all = entriesOf(core, resourceType, resourceName);
        configs = all.filter(({ name }) => configurationKeys === null || configurationKeys.includes(name));
      });
      return { ...outcome, resourceType, resourceName, configs };
    }),
  })),

  route(incrementalAlterConfigs, (request) => {
    const responses = request.resources.map(({ resourceType, resourceName, configs }) => {
      const outcome = attempt(core, () => {
        if (resourceType !== resourceTypes.topic) {
          throw new KafkaError('INVALID_REQUEST', 'Only the settings of topics can be changed while the broker runs.');
        }
        const topic = core.topics.need(resourceName);
        const config = altered(topic.record.config, configs);
        if (!request.isValidateOnly) core.topics.change(topic, { config });
      });
      return { ...outcome, resourceType, resourceName };
    });
    return core.whenDurable({ responses });
  }),
];

const entriesOf = (core: Core, resourceType: number, resourceName: string) => {
  if (resourceType === resourceTypes.topic) return configEntries(core.topics.need(resourceName));
  if (resourceType === resourceTypes.broker && ['', String(nodeId)].includes(resourceName)) {
    return brokerEntries(core.settings);
  }
  throw new KafkaError('INVALID_REQUEST', `Resource ${resourceName} of type ${resourceType} has no settings here.`);
};

/** Every setting of a topic: its own, or the default. */
export const configEntries = (topic: Topic) =>
  configNames.map((name) => {
    const own = topic.record.config[name];
    return {
      name: name as string,
      value: (own ?? defaultOf(name, topic)) as string | null,
      isReadOnly: false,
      configSource: (own === undefined ? sources.byDefault : sources.topic) as number,
      isSensitive: false,
      synonyms: [],
      configType: kindCode(name) as number,
      documentation: ruleOf(name).says as string | null,
    };
  });

const defaultOf = (name: ConfigName, topic: Topic): string =>
  name === 'segment.bytes' ? String(topic.settings.segmentBytes) : ruleOf(name).fallback;

/** Names of Apache Kafka for what this broker is set to. */
const brokerEntries = (settings: Settings): ReturnType<typeof configEntries> =>
  Object.entries({
    'auto.create.topics.enable': false,
    'broker.id': nodeId,
    'default.replication.factor': 1,
    'group.initial.rebalance.delay.ms': settings.groupInitialRebalanceDelayMillis,
    'group.max.session.timeout.ms': settings.groupMaxSessionTimeoutMillis,
    'group.max.size': settings.maxGroupMembers,
    'group.min.session.timeout.ms': settings.groupMinSessionTimeoutMillis,
    'log.segment.bytes': settings.logSegmentBytes,
    'max.connections': settings.maxConnections,
    'num.partitions': 1,
    'offset.metadata.max.bytes': settings.offsetMetadataMaxBytes,
    'socket.request.max.bytes': settings.maxRequestBytes,
    'transaction.max.timeout.ms': settings.transactionMaxTimeoutMillis,
  }).map(([name, value]) => ({
    name,
    value: String(value),
    isReadOnly: true,
    configSource: sources.broker,
    isSensitive: false,
    synonyms: [],
    configType: unknownKind,
    documentation: null,
  }));

type Change = (typeof incrementalAlterConfigs.request.empty)['resources'][number]['configs'][number];

/** @throws KafkaError INVALID_CONFIG */
const altered = (config: TopicConfig, changes: readonly Change[]): TopicConfig => {
  const result = new Map(Object.entries(config));
  for (const { name, configOperation, value } of changes) {
    const change = applied(name, result.get(name), { configOperation, value });
    if (change === undefined) result.delete(name);
    else result.set(name, change);
  }
  return parseTopicConfig(result);
};

const applied = (
  name: string,
  current: string | undefined,
  { configOperation, value }: Pick<Change, 'configOperation' | 'value'>,
): string | undefined => {
  if (!isConfigName(name)) throw new KafkaError('INVALID_CONFIG', `${name} is no topic setting.`);
  if (configOperation === operations.delete) return undefined;
  if (configOperation === operations.set) return value ?? undefined;
  const parts = (current ?? ruleOf(name).fallback).split(',').filter((part) => part !== '');
  const given = (value ?? '').split(',');
  if (ruleOf(name).kind !== 'list') throw new KafkaError('INVALID_CONFIG', `${name} is no list.`);
  if (configOperation === operations.append) return [...new Set([...parts, ...given])].join(',');
  if (configOperation === operations.subtract) return parts.filter((part) => !given.includes(part)).join(',');
  throw new KafkaError('INVALID_REQUEST', `There is no operation ${configOperation} on settings.`);
};
