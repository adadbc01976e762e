import { describe, expect, test } from '@jest/globals';
import { catalog, replicaRange, storeNamed } from '#catalog/index.ts';
import { variablesOf } from './configuration.ts';
import { poolerOf } from './databases.ts';
import { dataflow } from './dataflow.ts';
import { events } from './events/index.ts';
import { names } from './names.ts';

const DAY = 86_400_000;

describe('the specification, as the catalog has it', () => {
  test.each([
    ['player.events.raw', 12, 7],
    ['player.events.processed', 12, 30],
    ['player.statistics', 6, 14],
    ['game.leaderboards', 3, 7],
    ['user.actions', 6, 30],
    ['recommendations.generated', 6, 1],
    ['notifications', 12, 3],
    ['dlq.events', 3, 7],
  ])('topic %s has %d partitions and keeps records for %d days', (name, partitions, days) => {
    const topic = catalog.topics.find((candidate) => candidate.name === name);
    expect(topic).toMatchObject({
      partitions,
      retention: { millis: days * DAY, compacted: name === 'game.leaderboards' },
    });
  });

  test.each([
    ['event-ingestion-service', 3, 20],
    ['event-processor-service', 6, 12],
    ['recommendation-engine', 3, 10],
    ['analytics-api', 3, 15],
    ['notification-service', 2, 8],
  ])('%s scales from %d to %d replicas', (name, min, max) => {
    const service = catalog.services.find((candidate) => candidate.name === name);
    expect(service && replicaRange(service.scaling)).toEqual({ min, max });
  });

  test.each([
    ['dev', 150, 200],
    ['staging', 300, 400],
    ['prod', 800, 1200],
  ])('%s costs %d to %d dollars a month at base load', (name, minUsd, maxUsd) => {
    expect(catalog.environments.find((candidate) => candidate.name === name)?.budget).toEqual({ minUsd, maxUsd });
  });

  test('the twenty event types of the specification are defined, each once', () => {
    const types = events.map(({ type }) => type);
    expect(new Set(types).size).toBe(20);
    expect(types).toEqual(
      expect.arrayContaining(['session_start', 'item_purchased', 'performance_sample', 'economy_sink']),
    );
  });
});

describe('names', () => {
  test('of buckets fit the 63 characters that S3 allows', () => {
    const lengths = catalog.environments.flatMap((environment) =>
      catalog.stores.filter(({ engine }) => engine === 's3').map(({ name }) => names.bucket(environment, name).length),
    );
    expect(Math.max(...lengths)).toBeLessThanOrEqual(63);
  });

  test('of IAM roles fit the 64 characters that IAM allows', () => {
    const lengths = catalog.environments.flatMap((environment) =>
      catalog.services.map(({ name }) => names.serviceRole(environment, name).length),
    );
    expect(Math.max(...lengths)).toBeLessThanOrEqual(64);
  });
});

describe('what is derived from a service', () => {
  test('has no variable twice', () => {
    for (const service of catalog.services) {
      const variables = variablesOf(catalog, service).map(({ name }) => name);
      expect(variables).toEqual([...new Set(variables)]);
    }
  });

  test('has an edge for every call, store, topic use and outside host', () => {
    const edges = dataflow(catalog);
    for (const service of catalog.services) {
      const own = edges.filter(({ from }) => from.kind === 'service' && from.name === service.name);
      const count = (kind: string): number => own.filter(({ to }) => to.kind === kind).length;
      const pooled = service.stores.filter((use) => poolerOf(storeNamed(catalog, use.store), use));
      expect(count('store')).toBe(service.stores.length - pooled.length);
      const outward = own.filter(({ to }) => to.kind === 'infrastructure' && to.name === 'egress-gateway');
      expect(outward).toHaveLength(service.outside.length);
      expect(count('outside')).toBe(0);
      expect(count('kafka')).toBe(service.consumes.length + service.produces.length > 0 ? 1 : 0);
      expect(count('service')).toBeGreaterThanOrEqual(service.calls.length);
    }
  });

  test('reaches each outside host by the egress gateway alone', () => {
    const edges = dataflow(catalog).filter(({ to }) => to.kind === 'outside');
    expect(edges.length).toBeGreaterThan(0);
    for (const { from } of edges) expect(from).toEqual({ kind: 'infrastructure', name: 'egress-gateway' });
  });

  test('has no edge twice', () => {
    const keys = dataflow(catalog).map(({ from, to, port, protocol, purpose }) =>
      JSON.stringify([from, to, port, protocol, purpose]),
    );
    expect(keys).toEqual([...new Set(keys)]);
  });
});
