import type { Catalog } from '../model/index.ts';
import type { Rule } from './index.ts';

const producersOf = (catalog: Catalog, topic: string): number =>
  catalog.services.filter(({ produces }) => produces.some((production) => production.topic === topic)).length;

const consumersOf = (catalog: Catalog, topic: string): number =>
  catalog.services.filter(({ consumes }) => consumes.some((consumption) => consumption.topic === topic)).length;

const everyTopicHasAProducer: Rule = (catalog) =>
  catalog.topics
    .filter(({ name }) => producersOf(catalog, name) === 0)
    .map(({ name }) => ({
      path: `topics.${name}`,
      value: `${consumersOf(catalog, name)} consumers, 0 producers`,
      rule: 'a topic needs a service that produces to it',
      fix: `Add «${name}» to the produces of a service, or remove the topic`,
    }));

const everyTopicHasAReader: Rule = (catalog) =>
  catalog.topics
    .filter(({ name, readersOutside }) => consumersOf(catalog, name) === 0 && !readersOutside)
    .map(({ name }) => ({
      path: `topics.${name}`,
      value: '0 consumers',
      rule: 'a topic needs a service that consumes it or readersOutside',
      fix: `Add «${name}» to the consumes of a service, or say who reads it outside`,
    }));

const retentionIsStated: Rule = (catalog) =>
  catalog.topics
    .filter(({ retention }) => retention.millis === 0 || (retention.millis < 0 && !retention.compacted))
    .map(({ name, retention }) => ({
      path: `topics.${name}.retention`,
      value: `${retention.millis} ms`,
      rule: 'only a compacted topic may keep records for ever, and none may keep them for 0 ms',
      fix: 'Use Retention.days, Retention.compactedDays or Retention.compactedForever',
    }));

const partitionsArePositive: Rule = (catalog) =>
  catalog.topics
    .filter(({ partitions }) => !Number.isInteger(partitions) || partitions < 1)
    .map(({ name, partitions }) => ({
      path: `topics.${name}.partitions`,
      value: String(partitions),
      rule: 'partitions are a whole number of at least 1',
      fix: 'Give the greatest number of consumers that shall share the topic',
    }));

/** Personal data on a topic obliges whoever consumes it in shared groups and keeps it to take part in erasure. */
const personalStoresTakePartInErasure: Rule = (catalog) =>
  catalog.services
    .filter(({ personalData, name }) => personalData.some(({ rests }) => rests) && name !== 'user-service')
    .filter(({ consumes }) => !consumes.some(({ topic }) => topic === 'user.erasure.requested'))
    .map(({ name }) => ({
      path: `services.${name}.consumes`,
      value: 'no user.erasure.requested',
      rule: 'a service in which personal data rests takes part in erasure',
      fix: 'Add ERASURE_REQUESTS to consumes and ERASURE_CONFIRMATIONS to produces',
    }));

export const topicRules: readonly Rule[] = [
  everyTopicHasAProducer,
  everyTopicHasAReader,
  retentionIsStated,
  partitionsArePositive,
  personalStoresTakePartInErasure,
];
