import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { type Resources, stackWith, withOutput } from '#tests/support/assembly.ts';
import type { Stack } from '../assembly/load.ts';
import { toManifest } from '../tree/manifest.ts';
import { Tree } from '../tree/tree.ts';
import { planDestruction } from './index.ts';
import type { DestroyPlan, Leftover } from './model.ts';
import { destructionOrder } from './order.ts';
import { destroyPlan } from './plan.ts';

const SYNTHESIS_MILLIS = 120_000;

const dev = environmentNamed(catalog, 'dev');

const planOf = (resources: Resources, objects: readonly Readonly<Record<string, unknown>>[] = []): DestroyPlan => {
  const manifests = objects.flatMap((object) => {
    const made = toManifest(object, { environment: 'dev', file: 'gitops/one.yaml', index: 0 });
    return 'lacks' in made ? [] : [made];
  });
  return destroyPlan({
    environment: dev,
    stacks: [stackWith(resources)],
    tree: new Tree({ environment: dev, manifests }),
  });
};

const dear = ({ leftovers }: DestroyPlan): readonly Leftover[] =>
  leftovers.filter(({ billable, removedBy }) => billable && removedBy === undefined);

const stepNames = ({ steps }: DestroyPlan): readonly string[] => steps.map(({ name }) => name);

describe('what is left of an environment', () => {
  let plans: ReadonlyMap<string, DestroyPlan>;

  beforeAll(async () => {
    plans = await withOutput(async (root) => {
      const made = await Promise.all(catalog.environments.map(({ name }) => planDestruction(root, name)));
      return new Map(made.map((plan) => [plan.environment, plan]));
    });
  }, SYNTHESIS_MILLIS);

  const plan = (name: string): DestroyPlan => {
    const found = plans.get(name);
    if (!found) throw new Error(`There is no plan for ${name}.`);
    return found;
  };

  const disposable = catalog.environments.filter(({ retainData }) => !retainData).map(({ name }) => name);

  test.each(disposable)('of %s costs nothing', (name) => {
    expect(dear(plan(name))).toEqual([]);
    expect(plan(name).keptStacks).toEqual([]);
    expect(plan(name).confirmation).toBeUndefined();
  });

  test('of prod is its data, and nobody destroys it without a phrase', () => {
    const kept = dear(plan('prod')).map(({ what }) => what);
    expect(kept.some((what) => what.startsWith('AWS::RDS::DBInstance'))).toBe(true);
    expect(kept.some((what) => what.startsWith('AWS::S3::Bucket'))).toBe(true);
    expect(plan('prod').confirmation).toBe('destroy prod and its data');
    expect(stepNames(plan('prod')).filter((step) => step.startsWith('empty-bucket'))).toEqual([]);
  });

  test.each(catalog.environments.map(({ name }) => name))('of %s is decided for every type and kind', (name) => {
    expect(plan(name).undecided).toEqual([]);
  });

  test.each(catalog.environments.map(({ name }) => name))(
    'names a step of the plan of %s wherever a step removes it',
    (name) => {
      const steps = stepNames(plan(name));
      const removers = new Set(plan(name).leftovers.flatMap(({ removedBy }) => removedBy ?? []));
      expect([...removers].filter((remover) => !steps.some((step) => step.startsWith(remover)))).toEqual([]);
      expect(new Set(steps).size).toBe(steps.length);
    },
  );

  test('is reached by pruning first, then emptying, then deleting stacks that nothing needs any more', () => {
    const steps = stepNames(plan('dev'));
    const at = (start: string): number => steps.findIndex((step) => step.startsWith(start));
    const last = (start: string): number => steps.findLastIndex((step) => step.startsWith(start));
    expect(at('check-account')).toBe(0);
    expect(at('delete-stack gamemetrics-dev-sleep')).toBe(1);
    expect(at('wake-nodes gamemetrics-dev')).toBe(2);
    expect(at('prune gamemetrics-dev gamemetrics')).toBeLessThan(at('prune gamemetrics-dev analytics-api'));
    expect(at('prune gamemetrics-dev analytics-api')).toBeLessThan(at('prune gamemetrics-dev kafka'));
    expect(at('prune gamemetrics-dev kafka')).toBeLessThan(at('prune gamemetrics-dev operator-strimzi'));
    expect(last('prune gamemetrics-dev operator-')).toBe(at('prune gamemetrics-dev operator-argo-cd'));
    expect(at('prune gamemetrics-dev kafka')).toBeLessThan(at('prune gamemetrics-dev classes'));
    expect(last('prune')).toBeLessThan(at('await-load-balancers'));
    expect(at('await-load-balancers')).toBeLessThan(at('delete-stack gamemetrics-dev-cluster'));
    expect(last('empty-bucket')).toBeLessThan(at('delete-stack gamemetrics-dev-storage'));
    expect(at('delete-stack gamemetrics-dev-cluster')).toBeLessThan(at('delete-stack gamemetrics-dev-network'));
    expect(at('delete-stack gamemetrics-dev-audit')).toBeLessThan(
      at('empty-bucket gamemetrics-dev-111111111111-audit'),
    );
    expect(at('check-leftovers')).toBe(steps.length - 1);
  });

  test('lets go of Argo CD without asking it to delete itself', () => {
    const own = plan('dev').steps.find(({ name }) => name.endsWith('operator-argo-cd'));
    expect(JSON.stringify(own?.actions)).not.toContain('resources-finalizer');
    const other = plan('dev').steps.find(({ name }) => name.endsWith('operator-strimzi'));
    expect(JSON.stringify(other?.actions)).toContain('resources-finalizer.argocd.argoproj.io');
  });

  test('is asked of the account and the cluster of the environment alone', () => {
    for (const { actions, check, onlyIf } of plan('dev').steps) {
      const invocations = [
        ...actions.flatMap((action) =>
          action.kind === 'run' ? [action.invocation] : action.kind === 'each' ? [action.list, action.remove] : [],
        ),
        ...(check ? [check.invocation] : []),
        ...(onlyIf ? [onlyIf] : []),
      ];
      for (const { program, words } of invocations)
        expect(words.join(' ')).toContain(program === 'kubectl' ? '--context gamemetrics-dev' : '--region us-east-1');
    }
  });
});

describe('something is left and costs money', () => {
  const database = (properties: object): Resources => ({
    Db: { Type: 'AWS::RDS::DBInstance', DeletionPolicy: 'Delete', Properties: properties },
  });
  const claims = (reclaimPolicy: string) => [
    { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'disk' }, reclaimPolicy },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'one', namespace: 'a' },
      spec: { storageClassName: 'disk', resources: { requests: { storage: '5Gi' } } },
    },
  ];

  test.each([
    ['when backups outlive their database', planOf(database({})), 1],
    ['but not when they go with it', planOf(database({ DeleteAutomatedBackups: true })), 0],
    [
      'but not when its monitoring wrote a log, for a step deletes that',
      planOf(database({ DeleteAutomatedBackups: true, MonitoringInterval: 60 })),
      0,
    ],
    [
      'when a policy keeps a bucket',
      planOf({ B: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', Properties: { BucketName: 'b' } } }),
      1,
    ],
    [
      'but not when a policy keeps what is free',
      planOf({ R: { Type: 'AWS::IAM::Role', DeletionPolicy: 'Retain' } }),
      0,
    ],
    ['when disks are retained', planOf({}, claims('Retain')), 1],
    ['but not when they go with their claims', planOf({}, claims('Delete')), 0],
  ] as const)('%s', (_, plan, count) => {
    expect(dear(plan)).toHaveLength(count);
  });

  test('and no plan is made for a type or a kind that nobody decided about', () => {
    const plan = planOf({ X: { Type: 'AWS::New::Thing' } }, [
      { apiVersion: 'new.example/v1', kind: 'Thing', metadata: { name: 'a' } },
    ]);
    expect(plan.undecided).toEqual(['AWS::New::Thing', 'new.example/v1 Thing']);
  });

  test('and a bucket whose name is not known cannot be emptied', () => {
    expect(planOf({ B: { Type: 'AWS::S3::Bucket' } }).undecided).toHaveLength(1);
  });

  test('and a stack stays in whose subnets data stays', () => {
    const network = stackWith({ S: { Type: 'AWS::EC2::Subnet' } }, { name: 'network' });
    const data = stackWith(
      { D: { Type: 'AWS::RDS::DBInstance', DeletionPolicy: 'Retain' } },
      { name: 'data', dependencies: ['network'] },
    );
    const plan = destroyPlan({
      environment: dev,
      stacks: [network, data],
      tree: new Tree({ environment: dev, manifests: [] }),
    });
    expect(plan.keptStacks).toEqual(['network']);
    expect(stepNames(plan)).not.toContain('delete-stack network');
  });
});

describe('stacks', () => {
  type Named = Pick<Stack, 'name' | 'dependencies'>;
  /** Stacks that depend on some of those before them, so that there is no circle. */
  const acyclic = fc.array(fc.array(fc.nat(20), { maxLength: 4 }), { maxLength: 12 }).map((rows): readonly Named[] =>
    rows.map((row, index) => ({
      name: `s${index}`,
      dependencies: index === 0 ? [] : [...new Set(row.map((number) => `s${number % index}`))],
    })),
  );

  test('are destroyed each once, and none before those that depend on it', () => {
    fc.assert(
      fc.property(acyclic, (stacks) => {
        const order = destructionOrder(stacks).map(({ name }) => name);
        expect([...order].sort()).toEqual(stacks.map(({ name }) => name).sort());
        for (const { name, dependencies } of stacks)
          for (const dependency of dependencies) expect(order.indexOf(name)).toBeLessThan(order.indexOf(dependency));
      }),
      { seed: 1 },
    );
  });

  test('that depend on each other in a circle are refused', () => {
    expect(() =>
      destructionOrder([
        { name: 'a', dependencies: ['b'] },
        { name: 'b', dependencies: ['a'] },
      ]),
    ).toThrow(/depend on each other/);
  });
});
