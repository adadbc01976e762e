import type { Consumption, Service } from '#catalog/index.ts';
import type { KafkaGrant } from '#catalog/kafka-clients.ts';
import { names } from '#catalog/names.ts';
import { writtenBy } from '#catalog/outbox.ts';
import type { Acl, Operation } from './strimzi.ts';

const READ: readonly Operation[] = ['Describe', 'Read'];
const WRITE: readonly Operation[] = ['Describe', 'Write'];

/** Replicas that share partitions are one group; replicas that read everything have one group each, below a prefix. */
function groupAcl(service: Service, { topic, delivery }: Consumption): Acl {
  return {
    resource: {
      type: 'group',
      name: names.consumerGroup(service.name, topic),
      patternType: delivery === 'broadcast' ? 'prefix' : 'literal',
    },
    operations: ['Read'],
  };
}

const topicAcl = (name: string, operations: readonly Operation[]): Acl => ({
  resource: { type: 'topic', name, patternType: 'literal' },
  operations,
});

const byName = (a: Acl, b: Acl): number => (a.resource.name < b.resource.name ? -1 : 1);

/**
 * What a service may do in Kafka: exactly what it declares. Writing with an idempotent producer needs no right of its own:
 * it comes with Write on any topic (KIP-679).
 */
export function aclsOf(service: Service): readonly Acl[] {
  const operations = new Map<string, Set<Operation>>();
  const grant = (topic: string, granted: readonly Operation[]): void => {
    operations.set(topic, new Set([...(operations.get(topic) ?? []), ...granted]));
  };
  for (const { topic } of service.consumes) grant(topic, READ);
  for (const { topic } of writtenBy(service)) grant(topic, WRITE);
  const topics = [...operations].map(([topic, granted]) => topicAcl(topic, [...granted].sort()));
  const groups = service.consumes.map((consumption) => groupAcl(service, consumption));
  return [...topics.sort(byName), ...groups.sort(byName)];
}

/** What reading the lag of a group takes: its offsets and the ends of its topic. */
export function lagAcls(service: Service, topic: string): readonly Acl[] {
  return [
    topicAcl(topic, ['Describe']),
    {
      resource: { type: 'group', name: names.consumerGroup(service.name, topic), patternType: 'literal' },
      operations: ['Describe'],
    },
  ];
}

/** What a part that is no service may do in Kafka. */
export const aclsOfGrants = (grants: readonly KafkaGrant[]): readonly Acl[] =>
  grants.map(({ on, name, prefix, may }) => ({
    resource: { type: on, name, patternType: prefix ? 'prefix' : 'literal' },
    operations: [...may].sort(),
  }));
