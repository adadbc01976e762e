import type { Catalog, Service } from './model/index.ts';

/** A column of an outbox and what becomes of it. */
interface OutboxColumn {
  readonly name: string;
  readonly type: string;
  readonly becomes: string;
}

/**
 * A service that changes its database and tells Kafka of it writes both in one transaction: the record into a table, from
 * where a relay takes it to its topic. In the cluster that is Debezium, on one machine the service itself.
 */
export interface Outbox {
  readonly service: string;
  readonly store: string;
  readonly table: string;
  /** What PostgreSQL publishes the table under, created by the service's own migrations. */
  readonly publication: string;
  readonly slot: string;
  /** Signs in to the database to replicate and reads this table; not the service's own role. */
  readonly relay: string;
  readonly columns: readonly OutboxColumn[];
}

export const outboxes = [
  {
    service: 'user-service',
    store: 'accounts',
    table: 'public.outbox',
    publication: 'outbox',
    slot: 'outbox',
    relay: 'outbox-relay',
    columns: [
      { name: 'id', type: 'uuid', becomes: 'the header id, by which a reader knows a record that came twice' },
      { name: 'topic', type: 'text', becomes: 'the topic' },
      { name: 'key', type: 'text', becomes: 'the key' },
      { name: 'payload', type: 'text', becomes: 'the value, byte for byte' },
      { name: 'traceparent', type: 'text', becomes: 'the header traceparent, so that a trace goes on' },
    ],
  },
] as const satisfies readonly Outbox[];

/** The topics that a service writes to itself; a relay writes those of an outbox, with rights of its own. */
export const writtenBy = ({ name, produces }: Service): Service['produces'] =>
  outboxes.some(({ service }) => service === name) ? [] : produces;

/** The topics that a relay writes to for its service. */
export const relayedTopics = ({ services }: Pick<Catalog, 'services'>, { service }: Outbox): readonly string[] =>
  services.filter(({ name }) => name === service).flatMap(({ produces }) => produces.map(({ topic }) => topic));
