import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { synthesizeInfra } from '#infra/synthesize.ts';
import { type Seed, type StackDraft, seeds } from '#tests/support/changes.ts';
import { Draft, outputOf } from '#tests/support/output.ts';
import { loadAssembly, type Stack } from '../assembly/load.ts';
import type { Tree } from '../tree/tree.ts';
import { awsChanges, templateChanges } from './aws/index.ts';
import { allows, compareVersions } from './comparisons.ts';
import { fieldChanges } from './fields.ts';
import { kubernetesChanges } from './kubernetes/index.ts';
import { type Change, worst } from './model.ts';
import { folded, reportOf } from './report.ts';
import { markdownDiff, renderDiff } from './text.ts';

const SYNTHESIS_MILLIS = 120_000;

let stacks: readonly Stack[] = [];
let tree: Tree;

beforeAll(async () => {
  const root = mkdtempSync(join(tmpdir(), 'gm-diff-test-'));
  try {
    synthesizeInfra({ environments: ['prod'], outdir: join(root, 'aws') });
    stacks = await loadAssembly(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  tree = await outputOf('prod');
}, SYNTHESIS_MILLIS);

type Resources = Record<string, Record<string, unknown>>;

const resourcesIn = (stack: Stack): Resources => stack.template.Resources as Resources;

/** A copy of a stack that may be changed, and what becomes of it. */
function draftOf(stack: Stack): { readonly draft: StackDraft; readonly done: () => Stack } {
  let copy: Stack = { ...stack, template: structuredClone(stack.template) };
  const find = (type: string, id = /^/): string => {
    const found = Object.entries(resourcesIn(copy)).find(([name, { Type }]) => Type === type && id.test(name));
    if (!found) throw new Error(`${stack.name} has no ${type} ${id}.`);
    return found[0];
  };
  const draft: StackDraft = {
    resource: (type, id) => resourcesIn(copy)[find(type, id)] ?? {},
    remove: (type, id) => {
      delete resourcesIn(copy)[find(type, id)];
    },
    add: (id, resource) => {
      resourcesIn(copy)[id] = { ...resource };
    },
    setTerminationProtection: (on) => {
      copy = { ...copy, terminationProtection: on };
    },
  };
  return { draft, done: () => copy };
}

function changesOf({ stack: kind, aws, kubernetes }: Seed): readonly Change[] {
  if (kubernetes) {
    const draft = new Draft(tree);
    kubernetes(draft);
    return kubernetesChanges(tree, draft.tree);
  }
  const stack = stacks.find(({ name }) => name === `gamemetrics-prod-${kind}`);
  if (!stack || !aws) throw new Error(`There is no stack ${kind}.`);
  const { draft, done } = draftOf(stack);
  aws(draft);
  return awsChanges([stack], [done()]);
}

describe('a change is classed by what it endangers', () => {
  test.each(seeds.map((seed) => [seed.says, seed.class, seed.hazard, seed] as const))(
    '%s: %s, %s',
    (_, expected, hazard, seed) => {
      const changes = changesOf(seed);
      expect(changes).not.toEqual([]);
      expect(worst(changes.map((change) => change.class))).toBe(expected);
      const reasons = changes.flatMap((change) => change.reasons.filter((reason) => reason.class === expected));
      expect(reasons.map((reason) => reason.hazard)).toContain(hazard);
    },
  );

  test('in at least forty ways, of every class, in AWS and in Kubernetes', () => {
    expect(seeds.length).toBeGreaterThanOrEqual(40);
    expect(new Set(seeds.map((seed) => seed.class)).size).toBe(3);
    expect(seeds.filter(({ aws }) => aws).length).toBeGreaterThan(20);
    expect(seeds.filter(({ kubernetes }) => kubernetes).length).toBeGreaterThan(20);
  });
});

describe('what does not differ', () => {
  test('is no change', () => {
    expect(awsChanges(stacks, structuredCloneOf(stacks))).toEqual([]);
    expect(kubernetesChanges(tree, new Draft(tree).tree)).toEqual([]);
  });

  /** Nodes are classes, which a structured clone would flatten; only templates matter here. */
  const structuredCloneOf = (list: readonly Stack[]): readonly Stack[] =>
    list.map((stack) => ({ ...stack, template: structuredClone(stack.template) }));

  test('has no fields, and what differs has each field once', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
        expect(fieldChanges(before, before)).toEqual([]);
        const paths = fieldChanges(before, after).map(({ path }) => path);
        expect(new Set(paths).size).toBe(paths.length);
      }),
      { seed: 1 },
    );
  });
});

describe('permissions', () => {
  const policy = (statement: object) => ({
    Resources: {
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] } } },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: { PolicyName: 'p', Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: [statement] } },
      },
    },
  });
  const allow = (action: string | readonly string[], resource = 'arn:aws:s3:::a/*', condition?: object) => ({
    Effect: 'Allow',
    Action: action,
    Resource: resource,
    ...(condition ? { Condition: condition } : {}),
  });
  const condition = { StringEquals: { 'aws:SourceAccount': '1' } };

  test.each([
    ['fewer actions are no gain', allow(['s3:GetObject', 's3:PutObject']), allow('s3:GetObject'), 'disruptive'],
    [
      'a narrower resource is no gain',
      allow('s3:GetObject', 'arn:aws:s3:::a/*'),
      allow('s3:GetObject', 'arn:aws:s3:::a/b'),
      'disruptive',
    ],
    [
      'a wider resource is a gain',
      allow('s3:GetObject', 'arn:aws:s3:::a/b'),
      allow('s3:GetObject', 'arn:aws:s3:::a/*'),
      'dangerous',
    ],
    ['one action more is a gain', allow('s3:GetObject'), allow(['s3:GetObject', 's3:PutObject']), 'dangerous'],
    [
      'a condition more is no gain',
      allow('s3:GetObject'),
      allow('s3:GetObject', 'arn:aws:s3:::a/*', condition),
      'disruptive',
    ],
    [
      'a condition less is a gain',
      allow('s3:GetObject', 'arn:aws:s3:::a/*', condition),
      allow('s3:GetObject'),
      'dangerous',
    ],
  ] as const)('%s', (_, before, after, expected) => {
    expect(worst(templateChanges('s', policy(before), policy(after)).map((change) => change.class))).toBe(expected);
  });

  test('a denial that is removed is dangerous', () => {
    const deny = { Effect: 'Deny', Action: 's3:*', Resource: '*' };
    const changes = templateChanges('s', policy(deny), policy(allow('s3:GetObject')));
    expect(changes.flatMap(({ reasons }) => reasons.map(({ hazard }) => hazard))).toContain('removed deny');
  });
});

describe('patterns and versions', () => {
  test.each([
    ['s3:*', 's3:GetObject', true],
    ['*', 'anything', true],
    ['s3:Get*', 's3:PutObject', false],
    ['a.b', 'axb', false],
    ['a{b}+c', 'a{b}+c', true],
  ])('%s covers %s: %s', (pattern, text, expected) => expect(allows(pattern, text)).toBe(expected));

  test('order versions by their numbers', () => {
    const numbers = fc.array(fc.nat(99), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(numbers, numbers, (left, right) => {
        const [a, b] = [left.join('.'), right.join('.')];
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        expect(compareVersions(a, a)).toBe(0);
      }),
      { seed: 1 },
    );
    expect(compareVersions('1.10', '1.9')).toBeGreaterThan(0);
    expect(compareVersions('4.3-IV0', '4.2-IV1')).toBeGreaterThan(0);
  });
});

describe('the report', () => {
  const seedNamed = (says: string): Seed => {
    const found = seeds.find((seed) => seed.says === says);
    if (!found) throw new Error(`There is no seed «${says}».`);
    return found;
  };
  const report = () =>
    reportOf('main', [
      ...changesOf(seedNamed('a label changes')),
      ...changesOf(seedNamed('disks go with their claims')),
      ...changesOf(seedNamed('an autoscaler keeps fewer pods')),
    ]);

  test('has the class of its worst change, and puts the worst first', () => {
    const { class: name, changes, counts } = report();
    expect(name).toBe('dangerous');
    expect(changes.map((change) => change.class)).toEqual(['dangerous', 'disruptive', 'safe']);
    expect(counts).toEqual({ dangerous: 1, disruptive: 1, safe: 1 });
  });

  test('is text with the reason and the fields of each change', () => {
    const text = renderDiff(report());
    expect(text).toContain('data loss: Disks go with their claims: reclaimPolicy from Retain to Delete.');
    expect(text).toContain('spec.minReplicas: 3 → 1');
    expect(text.trimEnd().split('\n').at(-1)).toBe('3 changes against main: 1 dangerous, 1 disruptive, 1 safe');
  });

  test('is Markdown whose values cannot break out of their cells or call anybody', () => {
    const [change] = report().changes;
    if (!change) throw new Error('There is no change.');
    const nasty = { ...change, fields: [{ path: 'a', after: 'x | <b> @someone `code`\nnext' }] };
    const text = markdownDiff(reportOf('main', [nasty]));
    const row = text.split('\n').find((line) => line.includes('x \\|'));
    expect(row).toBeDefined();
    expect(row).not.toMatch(/@someone|<b>/);
  });

  test('says one thing once when several environments have it', () => {
    const [change] = report().changes;
    if (!change) throw new Error('There is no change.');
    const all = ['dev/namespaces', 'prod/namespaces'].map((place) => ({ ...change, place }));
    expect(folded(all)).toEqual([{ change: all[0], places: ['dev/namespaces', 'prod/namespaces'] }]);
  });

  test('says so when nothing changes', () => {
    expect(renderDiff(reportOf('main', []))).toBe('Nothing changes against main.');
  });
});
