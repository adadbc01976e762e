import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { catalog } from '#catalog/index.ts';
import { awsRulesIn, HOWS, keyOf, placesBelow, rulesIn, type Site } from '#tests/support/mutations.ts';
import { Draft, get, outputOf } from '#tests/support/output.ts';
import { isSame } from '#tests/support/same-changes.ts';
import { REPOSITORY } from '#tests/support/sources.ts';
import type { CheckContext } from './checks/check.ts';
import { checks } from './checks/index.ts';
import { schema } from './checks/schema.ts';
import { defaultSchemas } from './index.ts';
import { compareLayer } from './reachability/compare.ts';
import { layers } from './reachability/index.ts';
import { referenceRows } from './references/index.ts';
import { chooseSchemas } from './schemas/choose.ts';
import type { Manifest } from './tree/manifest.ts';
import type { Node } from './tree/node.ts';
import { Tree } from './tree/tree.ts';

const SEED = 20_261_120;
/** `GM_MUTATIONS=2000` makes so many of each kind; without it a few of each, because every run of the tests pays. */
const MUTATIONS = Number(process.env.GM_MUTATIONS ?? 0);
const options = (few: number) => ({ seed: SEED, numRuns: MUTATIONS > 0 ? MUTATIONS : few });
const TIMEOUT_MILLIS = 120_000 + MUTATIONS * 2_000;

const directory = defaultSchemas(REPOSITORY);
const context: CheckContext = { catalog, ...chooseSchemas({ schemas: directory }) };

let output: Tree;
beforeAll(async () => {
  output = await outputOf('prod');
}, TIMEOUT_MILLIS);

/** The changed object by itself: all that a schema looks at. */
const alone = (tree: Tree, key: string): Tree =>
  new Tree({ environment: tree.environment, manifests: tree.manifests.filter((manifest) => keyOf(manifest) === key) });

const finds = (name: string, tree: Tree): boolean =>
  checks.some((check) => check.name === name && check.run(tree, context).problems.length > 0);

/** By layer, so that the first that sees it is enough. */
const isReached = (tree: Tree, names: readonly string[]): boolean =>
  layers.some((layer) => names.includes(layer.name) && compareLayer('', layer, { tree, catalog }).problems.length > 0);

const IN_AWS = ['iam', 'security groups'];
const IN_CLUSTER = layers.map(({ name }) => name).filter((name) => !IN_AWS.includes(name));

/** The cheap first; the others only where these have seen nothing. */
const isNoticed = (tree: Tree, key: string): boolean =>
  finds('parity', tree) ||
  finds('references', tree) ||
  isReached(tree, IN_CLUSTER) ||
  finds('policy', tree) ||
  schema.run(alone(tree, key), context).problems.length > 0 ||
  finds('capacity', tree);

const valueAt = (object: unknown, path: string): unknown => {
  try {
    return get(object, path);
  } catch {
    return undefined;
  }
};

/** So many draws with the seed, each once. */
const drawn = <T>(from: readonly T[], few: number): readonly T[] =>
  from.length === 0 ? [] : [...new Set(fc.sample(fc.constantFrom(...from), options(few)))];

/** The changes that nobody noticed, of so many at random; what means the same is not drawn. */
function unnoticedChanges(
  sites: readonly Site[],
  few: number,
  noticed: (tree: Tree, site: Site) => boolean,
): readonly string[] {
  const changes = sites.flatMap((site) => HOWS.filter((how) => !isSame(site, how)).map((how) => ({ site, how })));
  return drawn(changes, few).flatMap(({ site, how }) => {
    const draft = new Draft(output);
    site.change(draft, how);
    return noticed(draft.tree, site) ? [] : [`${how} ${site.object} ${site.path}: ${JSON.stringify(site.value)}`];
  });
}

describe('a rule that is deleted, widened or mistyped at random is noticed', () => {
  test(
    'in the cluster: network, mesh and Kafka',
    () => expect(unnoticedChanges(rulesIn(output), 60, (tree, { object }) => isNoticed(tree, object))).toEqual([]),
    TIMEOUT_MILLIS,
  );

  test(
    'in AWS: roles of pods, and security groups',
    () =>
      expect(
        unnoticedChanges(awsRulesIn(output), 60, (tree) => isReached(tree, IN_AWS) || finds('references', tree)),
      ).toEqual([]),
    TIMEOUT_MILLIS,
  );
});

/** No release of its schema is at hand, which the report says. */
const UNJUDGED_KIND = 'ObjectStore';

/** One object of each kind, and some more; all of them when mutations are asked for. */
function judgedObjects(more: number): readonly Manifest[] {
  if (MUTATIONS > 0) return output.manifests;
  const firsts = [...Map.groupBy(output.manifests, ({ kind }) => kind).values()].flatMap(([first]) => first ?? []);
  const step = Math.max(1, Math.floor(output.manifests.length / more));
  return [...new Set([...firsts, ...output.manifests.filter((_, index) => index % step === 0)])];
}

describe('an object', () => {
  const unnoticed = (
    manifests: readonly Manifest[],
    change: (draft: Draft, key: string) => void,
    noticed: (tree: Tree, key: string) => boolean,
  ): readonly string[] =>
    manifests.map(keyOf).filter((key) => {
      const draft = new Draft(output);
      change(draft, key);
      return !noticed(draft.tree, key);
    });

  test(
    'that is removed is noticed, whatever its kind',
    () => expect(unnoticed(judgedObjects(20), (draft, key) => draft.remove(key), isNoticed)).toEqual([]),
    TIMEOUT_MILLIS,
  );

  test(
    'of a version that nobody serves is noticed',
    () => {
      const change = (draft: Draft, key: string): void => {
        const { apiVersion = '' } = output.manifests.find((manifest) => keyOf(manifest) === key) ?? {};
        draft.set(key, 'apiVersion', apiVersion.replace(/v\d\w*$/, 'v1alpha7'));
      };
      const isRefused = (tree: Tree, key: string): boolean => schema.run(alone(tree, key), context).problems.length > 0;
      const judged = judgedObjects(10).filter(({ apiVersion, kind }) => apiVersion !== 'v1' && kind !== UNJUDGED_KIND);
      expect(directory ? unnoticed(judged, change, isRefused) : []).toEqual([]);
    },
    TIMEOUT_MILLIS,
  );
});

test(
  'a name that is mistyped where another object is named is noticed, whatever kind of reference it is',
  () => {
    const followed = referenceRows.flatMap((row) =>
      row
        .follow({ tree: output, catalog })
        .filter(({ resolution, source }) => resolution.outcome === 'resolved' && source.file.startsWith('gitops/'))
        .flatMap(({ source, reference }) =>
          reference.at.text === undefined
            ? []
            : [{ row: row.kind, object: source.object, path: reference.at.path, text: reference.at.text }],
        ),
    );
    // Some rows find a name in another object than the one that they speak of.
    const standing = new Map(output.manifests.map((manifest) => [keyOf(manifest), manifest.object]));
    const there = followed.filter(({ object, path, text }) => valueAt(standing.get(object), path) === text);
    const unnoticed = drawn(there, 40).filter(({ object, path, text }) => {
      const draft = new Draft(output);
      draft.set(object, path, text.replace(/[A-Za-z0-9](?=[^A-Za-z0-9]*$)/, 'q7'));
      return !isNoticed(draft.tree, object);
    });
    expect(unnoticed).toEqual([]);
  },
  TIMEOUT_MILLIS,
);

test(
  'a setting of a service that is removed is noticed where the catalog gives it',
  () => {
    const maps = output.ofKind('ConfigMap').filter(({ name }) => name.endsWith('-config'));
    const settings = maps.flatMap((map) =>
      map.root
        .key('data')
        .entries()
        .map(([, { path }]) => ({ key: keyOf(map), path })),
    );
    const unnoticed = drawn(settings, 20).filter(({ key, path }) => {
      const draft = new Draft(output);
      draft.unset(key, path);
      return !isNoticed(draft.tree, key);
    });
    expect(unnoticed).toEqual([]);
  },
  TIMEOUT_MILLIS,
);

/** Maps whose keys are anybody's: their names are not the schema's to judge, but the other checks'. */
const FREE_KEYS = new RegExp(
  [
    String.raw`metadata\.(?:labels|annotations)`,
    '^(?:data|parameters)',
    'matchLabels|nodeSelector|externalLabels',
    '(?:requests|limits|hard|default|defaultRequest|max|min)',
    String.raw`triggers\[\d+\]\.metadata`,
    String.raw`template\.data`,
    String.raw`(?:workloadSelector|subsets\[\d+\])\.labels`,
    String.raw`match\[\d+\]\.headers`,
    String.raw`spec\.selector`,
  ]
    .map((pattern) => `(?:${pattern})`)
    .join('|')
    .replace(/^(.*)$/, String.raw`(?:$1)(?:\.[^.[]+|\["[^"]+"\])$$`),
);
/** What the schemas leave to whoever reads it. */
const OPEN = /^spec\.(?:kafka\.)?config\b|valuesObject\b|ignoreDifferences\b/;
/** Without these nothing is an object at all, which the loader says. */
const IDENTITY = /^(?:apiVersion|kind|metadata|metadata\.name)$/;

(directory ? describe : describe.skip)(
  `by the schemas${directory ? '' : ` (skipped: there is no ${join('..', 'shared', 'schemas')})`}`,
  () => {
    const isJudged = ({ path }: Node): boolean => !OPEN.test(path) && !IDENTITY.test(path);
    const fieldsOf = (manifest: Manifest): readonly Node[] =>
      placesBelow(manifest.root).filter((node) => isJudged(node) && !node.path.endsWith(']'));

    const changeIsNoticed = (
      fits: (node: Node) => boolean,
      change: (draft: Draft, place: { key: string; path: string }) => void,
    ): void => {
      const judged = output.manifests
        .filter(({ kind }) => kind !== UNJUDGED_KIND)
        .map((manifest) => ({
          key: keyOf(manifest),
          paths: fieldsOf(manifest)
            .filter(fits)
            .map(({ path }) => path),
        }))
        .filter(({ paths }) => paths.length > 0);
      const unnoticed = drawn(judged, 80).flatMap(({ key, paths }) => {
        const path = drawn(paths, 1)[0] ?? '';
        const draft = new Draft(output);
        change(draft, { key, path });
        return schema.run(alone(draft.tree, key), context).problems.length > 0 ? [] : [`${key} ${path}`];
      });
      expect(unnoticed).toEqual([]);
    };

    test(
      'a field that is renamed anywhere is noticed',
      () =>
        changeIsNoticed(
          ({ path }) => !FREE_KEYS.test(path),
          (draft, { key, path }) => draft.rename(key, path, 'mistyped'),
        ),
      TIMEOUT_MILLIS,
    );

    test(
      'a value of another type is noticed',
      () =>
        changeIsNoticed(
          ({ value }) => typeof value !== 'object',
          (draft, { key, path }) => draft.set(key, path, { mistyped: true }),
        ),
      TIMEOUT_MILLIS,
    );
  },
);

test(
  'nothing is noticed in the output as it is',
  () => expect(checks.flatMap((check) => check.run(output, context).problems)).toEqual([]),
  TIMEOUT_MILLIS,
);
