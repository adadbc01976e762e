import { describe, expect, test } from '@jest/globals';
import { catalog } from '#catalog/index.ts';
import { ENVIRONMENTS, manifestsIn, ofKind } from '#tests/support/charts.ts';
import { waveOf } from './waves.ts';

const WAVE = 'argocd.argoproj.io/sync-wave';

describe.each(ENVIRONMENTS)('the order in which %s is applied', (environment) => {
  const waveOfApplication = (name: string): number =>
    Number(
      ofKind(environment, 'Application').find(({ metadata }) => metadata.name === name)?.metadata.annotations?.[WAVE],
    );

  test('every object says its wave unless it is 0', () => {
    for (const { kind, metadata } of manifestsIn(environment).filter((one) => one.kind !== 'Application'))
      expect(metadata.annotations?.[WAVE] ?? '0').toBe(String(waveOf(kind)));
  });

  test('what a pod mounts and reads comes before it, what acts on it comes after', () => {
    for (const kind of ['ServiceAccount', 'ConfigMap', 'ExternalSecret', 'AuthorizationPolicy', 'VirtualService'])
      for (const runner of ['Deployment', 'Rollout']) expect(waveOf(kind)).toBeLessThan(waveOf(runner));
    for (const kind of ['HorizontalPodAutoscaler', 'ScaledObject', 'PodDisruptionBudget', 'ServiceMonitor'])
      expect(waveOf(kind)).toBeGreaterThan(waveOf('Deployment'));
  });

  test('a KafkaUser comes before the ExternalSecret that waits for its password', () => {
    expect(waveOf('KafkaUser')).toBeLessThan(waveOf('ExternalSecret'));
  });

  test('namespaces, then operators, then where secrets come from, then Kafka, its topics and users, then services', () => {
    const order = ['namespaces', 'operator-strimzi', 'secret-stores', 'kafka', 'kafka-users', 'analytics-api'];
    const waves = order.map(waveOfApplication);
    expect(waves).toEqual([...waves].sort((a, b) => a - b));
    expect(new Set(waves).size).toBe(order.length);
  });

  test('certificate authorities are copied after those who make them', () => {
    expect(waveOfApplication('trust')).toBeGreaterThan(waveOfApplication('kafka'));
    expect(
      catalog.services.filter(({ status }) => status === 'built').map(({ name }) => waveOfApplication(name)),
    ).toEqual(expect.not.arrayContaining([waveOfApplication('trust')]));
  });
});
