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

/** Charts that give these accounts their names and take no other. */
const ACCOUNT_OF_THE_CHART = ['istio-cni', 'istiod', 'vpa-recommender'];

/** Charts that have one of these and no setting for more. */
const ONE_BY_THE_CHART = ['external-dns', 'prometheus-operator', 'velero'];

describe.each(ENVIRONMENTS)('the values of operators in %s', (environment) => {
  const platform = platformOf(environment);
  const valuesOf = (operator: Operator): string =>
    JSON.stringify(OPERATOR_VALUES[operator.name as OperatorName](new Given(platform, operator)));

  test.each(
    operatorsIn(catalog, platform.environment).flatMap((operator) =>
      operator.pods.map((pod) => [pod.party, operator, pod] as const),
    ),
  )('follow the footprint of %s in requests, replicas and account', (party, operator, pod) => {
    const values = valuesOf(operator);
    const requests = { cpuMillis: 7_777, memoryMiB: 7_777 };
    expect(valuesOf(withPod(operator, party, { requests, requestsOfSingle: requests }))).toMatch(/7777m.*7777Mi/);
    expect(values).not.toContain('7777m');
    if (ONE_BY_THE_CHART.includes(party)) expect(pod.replicas).toEqual({ full: 1, single: 1 });
    else if (pod.replicas !== 'every node' && !pod.job)
      expect(valuesOf(withPod(operator, party, { replicas: { full: 7_777, single: 7_777 } }))).toContain('7777');
    const renamed = valuesOf(withPod(operator, party, { serviceAccount: 'another-account' }));
    expect(renamed.includes('another-account')).toBe(!ACCOUNT_OF_THE_CHART.includes(party));
  });

  test('place the pods of an operator where its footprint says, and nowhere else', () => {
    for (const operator of operatorsIn(catalog, platform.environment)) {
      const moved = operator.pods.map((pod) => (pod.pool === 'every' ? pod : { ...pod, pool: 'data' as const }));
      const selected = (text: string, pool: string): number => text.split(`"gamemetrics/pool":"${pool}"`).length - 1;
      const [here, there] = [valuesOf(operator), valuesOf({ ...operator, pods: moved })];
      expect(selected(here, 'system') > 0).toBe(operator.pods.some(({ pool }) => pool === 'system'));
      expect(selected(there, 'data')).toBe(selected(here, 'system') + selected(here, 'data'));
    }
  });
});

const withoutRequests = ({ requests: _, requestsOfSingle: __, ...pod }: FootprintPod): FootprintPod => pod;

test('a footprint without requests is refused where values need them', () => {
  const [operator] = catalog.operators.filter(({ name }) => name === 'strimzi');
  if (!operator) throw new Error('strimzi is not installed');
  const given = new Given(platformOf('dev'), { ...operator, pods: operator.pods.map(withoutRequests) });
  expect(() => OPERATOR_VALUES.strimzi(given)).toThrow('strimzi-operator of strimzi has no requests in its footprint.');
  expect(() => given.size('nobody')).toThrow('strimzi has no pods «nobody»');
  expect(at(given.environment, 'name')).toBe('dev');
});
