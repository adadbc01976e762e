import { describe, expect, test } from '@jest/globals';
import { usesKafka } from '#catalog/configuration.ts';
import type { Edge } from '#catalog/dataflow.ts';
import { operatorsIn } from '#catalog/footprints.ts';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { declaredEdges, placeOf } from '#catalog/infrastructure.ts';
import { KAFKA_AUTOSCALER } from '#catalog/kafka.ts';
import { kafkaClients } from '#catalog/kafka-clients.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { plannedParts } from '#catalog/planned.ts';
import {
  at,
  componentsIn,
  ENVIRONMENTS,
  listAt,
  manifestsIn,
  namesOf,
  ofKind,
  platformOf,
  textsAt,
} from '#tests/support/charts.ts';
import { allConnections, connectionsOf, endsIn, NetworkWorld } from '#tests/support/reachability.ts';
import { identityOf } from './lib/manifest.ts';

const sorted = (names: readonly string[]): readonly string[] => [...names].sort();
const namespaces = catalog.namespaces.map(({ name }) => name);

describe.each(ENVIRONMENTS)('%s has for the catalog, no less and no more', (environment) => {
  const services = catalog.services.map(({ name }) => name);

  test('a component with a ServiceAccount, ConfigMap, Rollout or Deployment, Service, NetworkPolicy and ServiceMonitor a service', () => {
    for (const name of services) {
      const kinds = new Set((componentsIn(environment).get(name) ?? []).map(({ kind }) => kind));
      expect([...kinds]).toEqual(
        expect.arrayContaining(['ServiceAccount', 'ConfigMap', 'Service', 'NetworkPolicy', 'ServiceMonitor']),
      );
    }
    const running = ['Rollout', 'Deployment'].flatMap((kind) => ofKind(environment, kind));
    const ours = running.filter(({ metadata }) => metadata.namespace === SERVICES_NAMESPACE);
    expect(namesOf(ours)).toEqual(sorted(services));
  });

  test('a KafkaTopic a topic, of the services and of the parts', () => {
    const topics = [...catalog.topics, ...kafkaClients.flatMap((client) => client.topics)];
    expect(namesOf(ofKind(environment, 'KafkaTopic'))).toEqual(sorted(topics.map(({ name }) => name)));
  });

  test('a KafkaUser a service and a part that uses Kafka, and one for the autoscaler', () => {
    const users = catalog.services.filter(usesKafka).map(({ name }) => name);
    expect(namesOf(ofKind(environment, 'KafkaUser'))).toEqual(
      sorted([...users, KAFKA_AUTOSCALER.user, ...kafkaClients.map(({ user }) => user)]),
    );
  });

  test('a Namespace, ResourceQuota, LimitRange and default-deny policy a namespace', () => {
    expect(namesOf(ofKind(environment, 'Namespace'))).toEqual(sorted(namespaces));
    const deny = ofKind(environment, 'NetworkPolicy').filter(({ metadata }) => metadata.name === 'default-deny');
    for (const manifests of [deny, ofKind(environment, 'ResourceQuota'), ofKind(environment, 'LimitRange')])
      expect(sorted(manifests.map(({ metadata }) => metadata.namespace ?? ''))).toEqual(sorted(namespaces));
  });

  test('an Application a built component and operator, and none for what is planned', () => {
    const planned = catalog.services.filter(({ status }) => status === 'planned').map(({ name }) => name);
    const folders = [...componentsIn(environment).keys()].filter(
      (name) =>
        !planned.includes(name) &&
        !['kafka-users-planned', 'qdrant', 'nats', 'delivery'].includes(name) &&
        !plannedParts(catalog).includes(name),
    );
    const operators = operatorsIn(catalog, environmentNamed(catalog, environment)).map(
      ({ name }) => `operator-${name}`,
    );
    expect(namesOf(ofKind(environment, 'Application'))).toEqual(sorted([...folders, ...operators, 'gamemetrics']));
  });

  test('no object twice', () => {
    const identities = manifestsIn(environment).map(identityOf);
    expect(new Set(identities).size).toBe(identities.length);
  });

  test('only namespaces that exist', () => {
    const used = new Set(manifestsIn(environment).map(({ metadata }) => metadata.namespace ?? 'gamemetrics'));
    expect(sorted([...used]).filter((name) => !namespaces.includes(name))).toEqual([]);
  });
});

describe.each(ENVIRONMENTS)('the network policies of %s', (environment) => {
  const platform = platformOf(environment);
  const policies = ofKind(environment, 'NetworkPolicy');
  const edges = declaredEdges(catalog, platform.environment);
  const connectionsOfEdge = (edge: Edge) =>
    connectionsOf(edge, (party) => placeOf(catalog, platform.environment, party));
  const declared = edges.flatMap(connectionsOfEdge);
  const world = new NetworkWorld(policies, namespaces, endsIn(declared));

  test('let every declared edge pass at both of its ends', () => {
    expect(declared.filter((connection) => !world.passes(connection))).toEqual([]);
  });

  test('let nothing pass between any two ends on any port in use but declared edges', () => {
    const isDeclared = new Set(declared.map((connection) => JSON.stringify(connection)));
    const governed = allConnections(declared).filter(({ from, to }) => world.governs(from) || world.governs(to));
    expect(governed.length).toBeGreaterThan(10_000);
    const surprises = governed.filter(
      (connection) => !isDeclared.has(JSON.stringify(connection)) && world.passes(connection),
    );
    expect(surprises).toEqual([]);
  });

  test('have one rule for each declared edge of a service, peer and port', () => {
    for (const { name } of catalog.services) {
      const policy = policies.find(({ metadata }) => metadata.name === `allow-${name}`);
      const ends = { ingress: 'to', egress: 'from' } as const;
      for (const [side, end] of Object.entries(ends)) {
        const own = edges.filter((edge) => edge[end].kind === 'service' && Reflect.get(edge[end], 'name') === name);
        const distinct = new Set(own.map((edge) => JSON.stringify(connectionsOfEdge(edge))));
        expect(listAt(policy, 'spec', side)).toHaveLength(distinct.size);
        for (const rule of listAt(policy, 'spec', side)) expect(listAt(rule, 'ports')).toHaveLength(1);
      }
    }
  });

  test('never name a peer without both its namespace and its pods', () => {
    const peers = policies.flatMap((policy) =>
      ['ingress', 'egress'].flatMap((side) =>
        listAt(policy, 'spec', side).flatMap((rule) => [...listAt(rule, 'from'), ...listAt(rule, 'to')]),
      ),
    );
    expect(peers.length).toBeGreaterThan(100);
    for (const peer of peers.filter((one) => at(one, 'ipBlock') === undefined)) {
      expect(Object.keys(textsAt(peer, 'namespaceSelector', 'matchLabels'))).toEqual(['kubernetes.io/metadata.name']);
      expect(Object.keys(textsAt(peer, 'podSelector', 'matchLabels')).length).toBeGreaterThan(0);
    }
  });
});
