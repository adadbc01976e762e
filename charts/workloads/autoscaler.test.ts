import { describe, expect, test } from '@jest/globals';
import { catalog, type EnvironmentName, replicaRange, serviceNamed } from '#catalog/index.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { at, componentsIn, ENVIRONMENTS, listAt, runnerIn, theObject } from '#tests/support/charts.ts';
import { runnerOf } from './runner.ts';

const kindsOf = (environment: EnvironmentName, service: string): readonly string[] =>
  (componentsIn(environment).get(service) ?? []).map(({ kind }) => kind);

describe('scaling in prod', () => {
  test.each([
    ['event-ingestion-service', 3, 20, 70],
    ['recommendation-engine', 3, 10, 75],
    ['analytics-api', 3, 15, 70],
    ['notification-service', 2, 8, 70],
  ])('%s has %d to %d replicas at %d % of its CPU', (name, min, max, percent) => {
    expect(theObject('prod', 'HorizontalPodAutoscaler', name).spec).toMatchObject({
      scaleTargetRef: runnerOf(serviceNamed(catalog, name)),
      minReplicas: min,
      maxReplicas: max,
      metrics: [
        {
          type: 'ContainerResource',
          containerResource: {
            container: name,
            name: 'cpu',
            target: { type: 'Utilization', averageUtilization: percent },
          },
        },
        { type: 'ContainerResource', containerResource: { container: name, name: 'memory' } },
      ],
    });
  });

  test('event-processor-service has 6 to 12 replicas by the lag of its group, all of them before 10,000 records', () => {
    const scaled = theObject('prod', 'ScaledObject', 'event-processor-service');
    expect(scaled.spec).toMatchObject({ minReplicaCount: 6, maxReplicaCount: 12 });
    const [trigger] = listAt(scaled, 'spec', 'triggers');
    expect(trigger).toMatchObject({
      type: 'kafka',
      metadata: {
        topic: 'player.events.raw',
        consumerGroup: 'event-processor-service.player.events.raw',
        sasl: 'scram_sha512',
        tls: 'enable',
      },
    });
    const threshold = Number(at(trigger, 'metadata', 'lagThreshold'));
    expect(Math.ceil(10_000 / threshold)).toBeGreaterThanOrEqual(12);
    expect(Math.ceil(5_000 / threshold)).toBeLessThan(12);
  });

  test('ingestion keeps 2 replicas and the processor 3 through a drain', () => {
    const minAvailable = (name: string) => at(theObject('prod', 'PodDisruptionBudget', name), 'spec', 'minAvailable');
    expect(minAvailable('event-ingestion-service')).toBe(2);
    expect(minAvailable('event-processor-service')).toBe(3);
  });
});

describe.each(ENVIRONMENTS)('scaling in %s', (environment) => {
  test('is done by one autoscaler or by none, and only without one does what runs it say how many', () => {
    for (const { name, scaling } of catalog.services) {
      const autoscalers = kindsOf(environment, name).filter((kind) => /Horizontal|ScaledObject/.test(kind));
      const expected = { cpu: ['HorizontalPodAutoscaler'], lag: ['ScaledObject'], fixed: [] }[scaling.kind];
      expect(autoscalers).toEqual(expected);
      const replicas = at(runnerIn(environment, name), 'spec', 'replicas');
      expect(typeof replicas).toBe(scaling.kind === 'fixed' ? 'number' : 'undefined');
    }
  });

  test('grows at once and shrinks slowly', () => {
    for (const { name } of catalog.services.filter(({ scaling }) => scaling.kind === 'cpu')) {
      const behavior = at(theObject(environment, 'HorizontalPodAutoscaler', name), 'spec', 'behavior');
      expect(at(behavior, 'scaleUp', 'stabilizationWindowSeconds')).toBe(0);
      expect(at(behavior, 'scaleDown', 'stabilizationWindowSeconds')).toBeGreaterThanOrEqual(300);
    }
  });
});

test.each(['dev', 'staging'] as const)(
  '%s has one replica of each service, and no budget that would block a drain',
  (environment) => {
    for (const { name, scaling } of catalog.services) {
      const manifests = componentsIn(environment).get(name) ?? [];
      expect(manifests.map(({ kind }) => kind)).not.toContain('PodDisruptionBudget');
      const minima = manifests.flatMap(({ spec }) => [
        at(spec, 'minReplicas') ?? at(spec, 'minReplicaCount') ?? at(spec, 'replicas') ?? [],
      ]);
      expect(minima.flat()).toEqual([1]);
      expect(replicaRange(scaling).min).toBeGreaterThanOrEqual(1);
    }
  },
);

test('a budget of a service never asks for as many replicas as there are at least', () => {
  for (const { metadata, spec } of [...componentsIn('prod').values()]
    .flat()
    .filter(
      ({ kind, metadata: { namespace } }) => kind === 'PodDisruptionBudget' && namespace === SERVICES_NAMESPACE,
    )) {
    const { min } = replicaRange(serviceNamed(catalog, metadata.name).scaling);
    expect(at(spec, 'minAvailable')).toBeLessThan(min);
  }
});
