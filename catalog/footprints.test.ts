import { describe, expect, test } from '@jest/globals';
import { type Catalog, catalog, environmentNamed, findProblems, type Operator } from '#catalog/index.ts';
import { depthOf, footprintsIn, footprintsOf, operatorsIn, replicasOf, requestsOf } from './footprints.ts';
import { declaredEdges } from './infrastructure.ts';

/** The catalog with one operator changed; values that the types forbid are what a careless edit would bring. */
function withOperator(name: string, change: (operator: Operator) => Partial<Operator>): Catalog {
  const operators = catalog.operators.map((operator) =>
    operator.name === name ? { ...operator, ...change(operator) } : operator,
  );
  return { ...catalog, operators };
}

/** More nodes than any environment has at base load. */
const NODES = 12;

const edge = { from: 'keda-operator', to: 'kafka', port: 9093, purpose: 'x' };

const mistakes: readonly (readonly [string, Catalog, string])[] = [
  ['a namespace that nobody made', withOperator('keda', () => ({ namespace: 'nowhere' })), 'no such namespace'],
  ['a predecessor that nobody installs', withOperator('keda', () => ({ after: ['helm'] })), 'no such operator'],
  [
    'an operator that waits for a later one',
    withOperator('prometheus-operator-crds', () => ({ after: ['keda'] })),
    'comes later in the list than those that have to run before it',
  ],
  [
    'pods that are called as others are',
    withOperator('keda', ({ pods }) => ({ pods: pods.map((pod) => ({ ...pod, party: 'strimzi-operator' })) })),
    'it is given once',
  ],
  [
    'pods that are called as a fixed place is',
    withOperator('keda', ({ pods }) => ({ pods: pods.map((pod) => ({ ...pod, party: 'dns' })) })),
    'it is given once',
  ],
  [
    'pods whose labels others have too',
    withOperator('keda', ({ pods }) => ({ pods: pods.map((pod) => ({ ...pod, labels: { app: 'keda' } })) })),
    'they select the pods of',
  ],
  [
    'an edge to nobody',
    withOperator('keda', () => ({ edges: [{ ...edge, to: 'kafka-brokers' }] })),
    'there are no such pods and no such place',
  ],
  ['an edge to a closed port', withOperator('keda', () => ({ edges: [{ ...edge, port: 9092 }] })), 'does not open it'],
  [
    'an edge to a port of another protocol',
    withOperator('keda', () => ({ edges: [{ ...edge, protocol: 'UDP' }] })),
    'does not open it',
  ],
];

describe('footprints', () => {
  test.each(mistakes)('report %s', (_title, broken, rule) => {
    const problem = findProblems(broken).find((candidate) => candidate.rule.includes(rule));
    expect(problem?.path).toMatch(/^(footprints|operators)\./);
    expect(problem?.value).not.toBe('');
    expect(problem?.fix).not.toBe('');
  });

  test('an operator that runs in some environments has its edges in those alone', () => {
    const only = withOperator('keda', () => ({ environments: ['prod'] }));
    const [dev, prod] = [environmentNamed(only, 'dev'), environmentNamed(only, 'prod')];
    const ofKeda = (text: string): boolean => text.includes('keda-');
    const edgesOf = (environment: typeof dev) =>
      declaredEdges(only, environment)
        .map((one) => JSON.stringify(one))
        .filter(ofKeda);
    expect(operatorsIn(only, dev).map(({ name }) => name)).not.toContain('keda');
    expect(edgesOf(dev)).toEqual([]);
    expect(edgesOf(prod).length).toBeGreaterThan(5);
  });

  test('an operator is installed a wave after each that it waits for', () => {
    for (const { name, after } of catalog.operators)
      for (const before of after)
        expect(depthOf(catalog.operators, name)).toBeGreaterThan(depthOf(catalog.operators, before));
  });

  test('every source is pinned to one version', () => {
    for (const { source } of catalog.operators)
      expect(source.kind === 'chart' ? source.version : source.tag).toMatch(/^([a-z-]+-)?v?\d+\.\d+\.\d+$/);
  });

  test('licences are permissive', () => {
    for (const { licence } of catalog.operators) expect(['Apache-2.0', 'MIT']).toContain(licence);
  });

  test('pods of operators say what they ask for, and ask for no more where one replica is enough', () => {
    const [dev, prod] = [environmentNamed(catalog, 'dev'), environmentNamed(catalog, 'prod')];
    for (const pod of catalog.operators.flatMap(({ pods }) => pods)) {
      const [small, large] = [requestsOf(pod, dev), requestsOf(pod, prod)];
      expect(small?.memoryMiB).toBeLessThanOrEqual(large?.memoryMiB ?? 0);
      expect(Number(replicasOf(pod, dev)) || 1).toBeLessThanOrEqual(Number(replicasOf(pod, prod)) || 1);
    }
  });

  test.each(['dev', 'staging', 'prod'])(
    'pods of %s fit the ceiling of their namespace, one more of each included',
    (name) => {
      const environment = environmentNamed(catalog, name);
      for (const { name: namespace, quota } of catalog.namespaces) {
        const sizes = footprintsIn(catalog, environment)
          .filter((footprint) => footprint.namespace === namespace)
          .flatMap(({ pods }) => pods)
          .map((pod) => {
            const replicas = replicasOf(pod, environment);
            const count = replicas === 'every node' ? NODES : replicas + 1;
            const { cpuMillis, memoryMiB } = requestsOf(pod, environment) ?? { cpuMillis: 0, memoryMiB: 0 };
            return { pods: count, cpuMillis: count * cpuMillis, memoryMiB: count * memoryMiB };
          });
        for (const kind of ['pods', 'cpuMillis', 'memoryMiB'] as const) {
          const total = sizes.reduce((sum, size) => sum + size[kind], 0);
          expect([namespace, kind, total, total <= quota[kind]]).toEqual([namespace, kind, total, true]);
        }
      }
    },
  );

  test('no two parts have a name in common', () => {
    const all = footprintsOf(catalog).map(({ name }) => name);
    expect(new Set(all).size).toBe(all.length);
  });
});
