import { describe, expect, test } from '@jest/globals';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { at, ENVIRONMENTS, listAt, ofKind, theObject, yamlOf } from '#tests/support/charts.ts';

describe.each(ENVIRONMENTS)('Kafka in %s', (environment) => {
  const { kafka: size, retainData } = environmentNamed(catalog, environment);
  const kafka = theObject(environment, 'Kafka', 'gamemetrics');
  const pools = ofKind(environment, 'KafkaNodePool');
  const pool = (name: string) => theObject(environment, 'KafkaNodePool', name);

  test('has a pool of controllers and a pool of brokers, each in one role', () => {
    expect(pools.map(({ metadata, spec }) => [metadata.name, at(spec, 'roles'), at(spec, 'replicas')])).toEqual([
      ['brokers', ['broker'], size.brokers],
      ['controllers', ['controller'], size.controllers],
    ]);
  });

  test('listens for SCRAM-SHA-512 over TLS on 9093 and for nothing else', () => {
    expect(at(kafka, 'spec', 'kafka', 'listeners')).toEqual([
      { name: 'scram', port: 9093, type: 'internal', tls: true, authentication: { type: 'scram-sha-512' } },
    ]);
    expect(at(kafka, 'spec', 'kafka', 'authorization')).toEqual({ type: 'simple' });
  });

  test('never makes a topic by itself and never elects a replica that lost records', () => {
    expect(at(kafka, 'spec', 'kafka', 'config')).toMatchObject({
      'auto.create.topics.enable': false,
      'unclean.leader.election.enable': false,
      'default.replication.factor': size.replicationFactor,
      'min.insync.replicas': size.minInSyncReplicas,
      'offsets.topic.replication.factor': size.replicationFactor,
      'message.max.bytes': 1_048_576,
    });
  });

  test('knows the zone of each broker and spreads each pool over zones', () => {
    const topologyKey = 'topology.kubernetes.io/zone';
    expect(at(kafka, 'spec', 'kafka', 'rack')).toEqual({ type: 'topology-label', topologyKey });
    for (const { metadata, spec } of pools)
      expect(listAt(spec, 'template', 'pod', 'topologySpreadConstraints')).toEqual([
        expect.objectContaining({
          topologyKey,
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: {
            matchLabels: { 'strimzi.io/cluster': 'gamemetrics', 'strimzi.io/pool-name': metadata.name },
          },
        }),
      ]);
  });

  test('keeps its records on encrypted gp3 volumes that go with it only where data may go', () => {
    const [volume] = listAt(pool('brokers'), 'spec', 'storage', 'volumes');
    expect(volume).toMatchObject({ class: 'fast-ssd', size: `${size.storageGiB}Gi`, deleteClaim: !retainData });
    const storageClass = theObject(environment, 'StorageClass', 'fast-ssd');
    expect(storageClass.parameters).toMatchObject({ type: 'gp3', encrypted: 'true' });
    expect(storageClass.reclaimPolicy).toBe(retainData ? 'Retain' : 'Delete');
  });

  test('loses one broker at a time to a drain', () => {
    expect(at(kafka, 'spec', 'kafka', 'template', 'podDisruptionBudget')).toEqual({ maxUnavailable: 1 });
  });

  test('exports metrics from brokers, controllers and the offsets of groups', () => {
    expect(at(kafka, 'spec', 'kafka', 'metricsConfig', 'type')).toBe('jmxPrometheusExporter');
    expect(at(kafka, 'spec', 'kafkaExporter')).toMatchObject({ topicRegex: '.*', groupRegex: '.*' });
  });

  test('writes down whom it refuses', () => {
    expect(at(kafka, 'spec', 'kafka', 'logging', 'loggers')).toMatchObject({
      'logger.authorizer.name': 'kafka.authorizer.logger',
      'logger.authorizer.level': 'INFO',
    });
  });

  test('moves replicas by itself when brokers come or go, where there are any to move them to', () => {
    const modes = listAt(kafka, 'spec', 'cruiseControl', 'autoRebalance').map((entry) => at(entry, 'mode'));
    expect(modes).toEqual(size.brokers > 1 ? ['add-brokers', 'remove-brokers'] : []);
    const templates = ofKind(environment, 'KafkaRebalance');
    expect(templates.map(({ metadata }) => metadata.annotations?.['strimzi.io/rebalance-template'])).toEqual(
      size.brokers > 1 ? ['true'] : [],
    );
    expect(at(kafka, 'spec', 'kafka', 'config', 'cruise.control.metrics.topic.replication.factor')).toBe(
      size.brokers > 1 ? size.replicationFactor : undefined,
    );
  });

  test('gives half of its memory to the heap', () => {
    expect(at(pool('brokers'), 'spec', 'jvmOptions', '-Xmx')).toBe(`${size.brokerMemoryMiB / 2}m`);
    expect(at(pool('brokers'), 'spec', 'resources', 'limits')).toEqual({ memory: `${size.brokerMemoryMiB}Mi` });
  });
});

describe.each(ENVIRONMENTS)('the topics of %s', (environment) => {
  const { kafka: size } = environmentNamed(catalog, environment);
  const config = (name: string) => at(theObject(environment, 'KafkaTopic', name), 'spec', 'config');

  test.each(catalog.topics)('$name has the partitions of the catalog and the replicas of the environment', (topic) => {
    expect(theObject(environment, 'KafkaTopic', topic.name).spec).toMatchObject({
      partitions: topic.partitions,
      replicas: size.replicationFactor,
      config: {
        'min.insync.replicas': size.minInSyncReplicas,
        'compression.type': 'lz4',
        'max.message.bytes': 1_048_576,
      },
    });
  });

  test('raw events stay 7 days, leaderboards keep the latest score of 7 days, erasures stay for ever', () => {
    expect(config('player.events.raw')).toMatchObject({ 'cleanup.policy': 'delete', 'retention.ms': 604_800_000 });
    expect(config('game.leaderboards')).toMatchObject({
      'cleanup.policy': 'compact,delete',
      'retention.ms': 604_800_000,
    });
    expect(config('user.erasure.requested')).toMatchObject({ 'cleanup.policy': 'compact', 'retention.ms': -1 });
  });
});

test('the smallest Kafka reads like this', () => {
  expect(yamlOf('dev', 'kafka', 'Kafka')).toMatchSnapshot();
});

test('a pool of the largest Kafka reads like this', () => {
  expect(yamlOf('prod', 'kafka', 'KafkaNodePool')).toMatchSnapshot();
});
