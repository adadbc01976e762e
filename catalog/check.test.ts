import { describe, expect, test } from '@jest/globals';
import { type Catalog, CatalogError, catalog, findProblems, type Service } from '#catalog/index.ts';
import { assertConsistent } from './check.ts';

type Changes = { readonly [Key in keyof Service]?: unknown };

/** The catalog with one service changed; values that the types forbid are what a careless edit would bring. */
function withService(name: string, changes: Changes): Catalog {
  const services = catalog.services.map((service) =>
    service.name === name ? ({ ...service, ...changes } as Service) : service,
  );
  return { ...catalog, services };
}

function without(kind: 'teams' | 'topics' | 'stores' | 'namespaces', name: string): Catalog {
  return { ...catalog, [kind]: catalog[kind].filter((part) => part.name !== name) };
}

const processor = 'event-processor-service';
const prod = catalog.environments.find(({ name }) => name === 'prod') ?? catalog.environments[0];

const mistakes: readonly (readonly [string, Catalog, string, string])[] = [
  [
    'an unknown topic',
    withService(processor, { consumes: [{ topic: 'player.event.raw', delivery: 'shared', purpose: 'x' }] }),
    `services.${processor}.consumes[0].topic`,
    'there is no such topic',
  ],
  [
    'a topic without a producer',
    withService('user-service', { produces: [] }),
    'topics.user.actions',
    'a topic needs a service that produces to it',
  ],
  [
    'a topic without a reader',
    withService('analytics-api', { consumes: [] }),
    'topics.player.statistics',
    'a topic needs a service that consumes it',
  ],
  [
    'more lag-scaled replicas than partitions',
    withService(processor, { scaling: { kind: 'lag', min: 6, max: 13, topic: 'player.events.raw', maxLagRecords: 1 } }),
    `services.${processor}.scaling.max`,
    'never has more replicas than player.events.raw has partitions (12)',
  ],
  [
    'two services on one port',
    withService(processor, { ports: { management: { number: 9101, protocol: 'http', exposure: 'management' } } }),
    `services.${processor}.ports.management`,
    'has this number already',
  ],
  [
    'a missing owner',
    withService(processor, { owner: 'nobody' }),
    `services.${processor}.owner`,
    'there is no such team',
  ],
  [
    'a missing store',
    without('stores', 'vectors'),
    'services.recommendation-engine.stores[0].store',
    'there is no such store',
  ],
  [
    'a call to a port that is not there',
    withService('progression-service', { calls: [{ service: 'event-ingestion-service', port: 'grpc', purpose: 'x' }] }),
    'services.progression-service.calls[0].port',
    'there is no such port of event-ingestion-service',
  ],
  [
    'a service without management port',
    withService(processor, { ports: {} }),
    `services.${processor}.ports.management`,
    'metrics and health',
  ],
  [
    'a disruption budget that blocks drains',
    withService(processor, { minAvailable: 6 }),
    `services.${processor}.minAvailable`,
    'nodes could never be drained',
  ],
  [
    'personal data that erasure would miss',
    withService('regional-node', { consumes: [] }),
    'services.regional-node.consumes',
    'takes part in erasure',
  ],
  [
    'an objective without its metric',
    withService(processor, { metrics: [] }),
    `services.${processor}.objectives[0].indicator`,
    'measured by a metric of its service',
  ],
  [
    'more replicas than brokers',
    { ...catalog, environments: prod ? [{ ...prod, kafka: { ...prod.kafka, brokers: 2 } }] : [] },
    'environments.prod.kafka.replicationFactor',
    'cannot have more replicas than there are brokers',
  ],
  [
    'two databases of one engine',
    withService('user-service', {
      stores: [
        { store: 'accounts', access: 'read-write', purpose: 'x' },
        { store: 'world', access: 'read', purpose: 'x' },
      ],
    }),
    'services.user-service.stores',
    'one role on RDS',
  ],
  [
    'an environment that sleeps though its data matters',
    {
      ...catalog,
      environments: prod ? [{ ...prod, wakingHours: { days: 'MON-FRI', from: 7, to: 20, timeZone: 'Etc/UTC' } }] : [],
    },
    'environments.prod.wakingHours',
    'sleeps only where data may be lost',
  ],
  [
    'a Kubernetes API that everybody may open',
    { ...catalog, environments: prod ? [{ ...prod, apiAccessCidrs: ['0.0.0.0/0'] }] : [] },
    'environments.prod.apiAccessCidrs',
    'never to everybody',
  ],
  [
    'a node group whose only node may lose its volumes',
    {
      ...catalog,
      environments: prod
        ? [{ ...prod, nodeGroups: { ...prod.nodeGroups, data: { ...prod.nodeGroups.data, max: 2 } } }]
        : [],
    },
    'environments.prod.nodeGroups',
    'where its volumes are not',
  ],
];

describe('the catalog', () => {
  test('is consistent as it stands', () => {
    expect(findProblems(catalog)).toEqual([]);
  });

  test.each(mistakes)('reports %s with path, value, rule and fix', (_title, broken, path, rule) => {
    const problem = findProblems(broken).find((candidate) => candidate.path === path && candidate.rule.includes(rule));
    expect(problem).toBeDefined();
    expect(problem?.value).not.toBe('');
    expect(problem?.fix).not.toBe('');
  });

  test('reports all problems at once when it is loaded', () => {
    const broken = withService(processor, { owner: 'nobody', minAvailable: 6, ports: {} });
    expect(() => assertConsistent(broken)).toThrow(CatalogError);
    const message = findProblems(broken).map(({ path }) => path);
    expect(message).toEqual(
      expect.arrayContaining([
        `services.${processor}.owner`,
        `services.${processor}.minAvailable`,
        `services.${processor}.ports.management`,
      ]),
    );
  });
});
