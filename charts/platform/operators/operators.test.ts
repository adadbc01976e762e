import { describe, expect, test } from '@jest/globals';
import { operatorsIn } from '#catalog/footprints.ts';
import { catalog, type FootprintPod, type Operator } from '#catalog/index.ts';
import type { OperatorName } from '#catalog/operators/index.ts';
import { at, ENVIRONMENTS, platformOf } from '#tests/support/charts.ts';
import { Given } from './given.ts';
import { OPERATOR_VALUES } from './index.ts';

const withPod = (operator: Operator, party: string, change: Partial<FootprintPod>): Operator => ({
  ...operator,
  pods: operator.pods.map((pod) => (pod.party === party ? { ...pod, ...change } : pod)),
});

const charts = catalog.operators.filter(({ source }) => source.kind === 'chart');

describe.each(ENVIRONMENTS)('the values of operators in %s', (environment) => {
  const platform = platformOf(environment);
  const valuesOf = (operator: Operator): string =>
    JSON.stringify(OPERATOR_VALUES[operator.name as OperatorName](new Given(platform, operator)));

  test.each(
    operatorsIn(catalog, platform.environment)
      .filter(({ source }) => source.kind === 'chart')
      .flatMap((operator) => operator.pods.map((pod) => [pod.party, operator, pod] as const)),
  )('follow the footprint of %s in requests, replicas and account', (party, operator, pod) => {
    const values = valuesOf(operator);
    const requests = { cpuMillis: 7_777, memoryMiB: 7_777 };
    expect(valuesOf(withPod(operator, party, { requests, requestsOfSingle: requests }))).toMatch(/7777m.*7777Mi/);
    expect(values).not.toContain('7777m');
    if (pod.replicas !== 'every node')
      expect(valuesOf(withPod(operator, party, { replicas: { full: 7_777, single: 7_777 } }))).toContain('7777');
    expect(valuesOf(withPod(operator, party, { serviceAccount: 'another-account' }))).not.toBe(values);
  });

  test('place the pods of an operator where its footprint says, and nowhere else', () => {
    for (const operator of charts) {
      const moved = operator.pods.map((pod) => (pod.pool === 'every' ? pod : { ...pod, pool: 'data' as const }));
      const selected = (text: string, pool: string): number => text.split(`"gamemetrics/pool":"${pool}"`).length - 1;
      const [here, there] = [valuesOf(operator), valuesOf({ ...operator, pods: moved })];
      expect(selected(here, 'system') > 0).toBe(operator.pods.some(({ pool }) => pool === 'system'));
      expect(selected(there, 'data')).toBe(selected(here, 'system') + selected(here, 'data'));
    }
  });
});

test('a footprint without requests is refused where values need them', () => {
  const [operator] = charts.filter(({ name }) => name === 'strimzi');
  if (!operator) throw new Error('strimzi is not installed');
  const { requests: _, ...pod } = operator.pods[0] ?? { requests: undefined };
  const given = new Given(platformOf('dev'), { ...operator, pods: [pod as FootprintPod] });
  expect(() => OPERATOR_VALUES.strimzi(given)).toThrow('strimzi-operator of strimzi has no requests in its footprint.');
  expect(() => given.size('nobody')).toThrow('strimzi has no pods «nobody»');
  expect(at(given.environment, 'name')).toBe('dev');
});
