import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KUBERNETES_VERSION } from '#catalog/environments/index.ts';
import { catalog } from '#catalog/index.ts';
import { Draft, outputOf } from '#tests/support/output.ts';
import { REPOSITORY } from '#tests/support/sources.ts';
import type { CheckContext } from './checks/check.ts';
import { checks } from './checks/index.ts';
import { parity } from './checks/parity.ts';
import { references } from './checks/references.ts';
import { schema } from './checks/schema.ts';
import { defaultSchemas } from './index.ts';
import { schemaDirectory } from './schemas/library.ts';
import { createValidator } from './schemas/validator.ts';
import type { Manifest } from './tree/manifest.ts';
import type { Node } from './tree/node.ts';
import { Tree } from './tree/tree.ts';

const SEED = 20_261_120;
const TIMEOUT_MILLIS = 120_000;

const directory = defaultSchemas(REPOSITORY);
const context: CheckContext = directory ? withSchemas(directory) : { catalog };

function withSchemas(folder: string): CheckContext {
  const library = schemaDirectory(folder, KUBERNETES_VERSION);
  return { catalog, schemas: { library, validator: createValidator(library) } };
}

/** Every field below a node, deepest last. */
const fieldsBelow = (node: Node): readonly Node[] => [
  ...node.entries().flatMap(([, child]) => [child, ...fieldsBelow(child)]),
  ...node.items().flatMap(fieldsBelow),
];

/** Every field and every item below a node. */
const placesBelow = (node: Node): readonly Node[] => [
  ...node.entries().flatMap(([, child]) => [child, ...placesBelow(child)]),
  ...node.items().flatMap((child) => [child, ...placesBelow(child)]),
];

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
const OPEN = /^spec\.(?:kafka\.|cruiseControl\.)?config\b|loggers\b|valuesObject\b/;

/** Without these nothing is an object at all, which the loader says. */
const IDENTITY = /^(?:apiVersion|kind|metadata|metadata\.name)$/;

const keyOf = (manifest: Manifest): string =>
  manifest.namespace === undefined
    ? `${manifest.kind} ${manifest.name}`
    : `${manifest.kind} ${manifest.namespace}/${manifest.name}`;

let output: Tree;
beforeAll(async () => {
  output = await outputOf('prod');
}, TIMEOUT_MILLIS);

/** Draws an object of the output and one of its places that counts, both by name. */
function drawn(manifests: readonly Manifest[], places: (manifest: Manifest) => readonly Node[]) {
  const withPlaces = manifests
    .map((manifest) => ({ key: keyOf(manifest), paths: places(manifest).map(({ path }) => path) }))
    .filter(({ paths }) => paths.length > 0);
  return fc
    .constantFrom(...withPlaces)
    .chain(({ key, paths }) => fc.record({ key: fc.constant(key), path: fc.constantFrom(...paths) }));
}

/** No release of its schema is at hand, which the report says. */
const WITHOUT_SCHEMA: ReadonlySet<string> = new Set(['ObjectStore']);

/** The changed object by itself: all that a schema looks at. */
const alone = (draft: Draft, key: string): Tree => {
  const manifests = draft.tree.manifests.filter((manifest) => keyOf(manifest) === key);
  return new Tree({ environment: output.environment, manifests });
};

(directory ? describe : describe.skip)(
  `by the schemas${directory ? '' : ` (skipped: there is no ${join('..', 'shared', 'schemas')})`}`,
  () => {
    const options = { seed: SEED, numRuns: 600 };

    test(
      'a field that is renamed anywhere is noticed',
      () => {
        const judged = (manifest: Manifest): readonly Node[] =>
          fieldsBelow(manifest.root).filter(
            ({ path }) =>
              !WITHOUT_SCHEMA.has(manifest.kind) && !FREE_KEYS.test(path) && !OPEN.test(path) && !IDENTITY.test(path),
          );
        fc.assert(
          fc.property(drawn(output.manifests, judged), ({ key, path }) => {
            const draft = new Draft(output);
            draft.rename(key, path, 'mistyped');
            expect(schema.run(alone(draft, key), context).problems).not.toEqual([]);
          }),
          options,
        );
      },
      TIMEOUT_MILLIS,
    );

    test(
      'a value of another type is noticed',
      () => {
        const judged = (manifest: Manifest): readonly Node[] =>
          fieldsBelow(manifest.root).filter(
            ({ path, value }) => typeof value !== 'object' && !OPEN.test(path) && !IDENTITY.test(path),
          );
        fc.assert(
          fc.property(drawn(output.manifests, judged), ({ key, path }) => {
            const draft = new Draft(output);
            draft.set(key, path, { mistyped: true });
            expect(schema.run(alone(draft, key), context).problems).not.toEqual([]);
          }),
          options,
        );
      },
      TIMEOUT_MILLIS,
    );
  },
);

/** The cheap check first; the other one only where it has seen nothing. */
const isNoticed = (tree: Tree): boolean =>
  [parity, references].some((check) => check.run(tree, { catalog }).problems.length > 0);

describe('by references and parity', () => {
  /** Names that the spec demands and nothing of ours asks for by name yet. */
  const UNUSED = /^(?:StorageClass|PriorityClass) /;

  const unnoticed = (
    manifests: readonly Manifest[],
    change: (draft: Draft, manifest: Manifest) => void,
  ): readonly string[] =>
    manifests
      .filter((manifest) => {
        const draft = new Draft(output);
        change(draft, manifest);
        return !isNoticed(draft.tree);
      })
      .map(keyOf);

  test(
    'any object that is removed is noticed',
    () => {
      const judged = output.manifests.filter((manifest) => !UNUSED.test(keyOf(manifest)));
      expect(unnoticed(judged, (draft, manifest) => draft.remove(keyOf(manifest)))).toEqual([]);
    },
    TIMEOUT_MILLIS,
  );

  /** Kinds that others know by their name. */
  const KNOWN_BY_NAME =
    /^(?:AppProject|ClusterSecretStore|ConfigMap|Deployment|Kafka|KafkaTopic|KafkaUser|Namespace|Role|SecretStore|ServiceAccount|TriggerAuthentication)$/;

  test(
    'an object that others know by its name and that is renamed is noticed',
    () => {
      const judged = output.manifests.filter(({ kind }) => KNOWN_BY_NAME.test(kind));
      const rename = (draft: Draft, manifest: Manifest): void =>
        draft.set(keyOf(manifest), 'metadata.name', `${manifest.name}-2`);
      expect(unnoticed(judged, rename)).toEqual([]);
    },
    TIMEOUT_MILLIS,
  );

  /** Said or not, they mean the same: TCP and literal are what is taken when nothing is said. */
  const DEFAULTS = /(?:protocol|patternType)$/;
  /** No rules are an empty list of them; types follow from the rules, and the namespace of a peer from the policy's. */
  const isImplied = ({ namespace, name }: Manifest, { path, value }: Node): boolean =>
    (Array.isArray(value) && value.length === 0) ||
    (path.startsWith('spec.policyTypes') && name !== 'default-deny') ||
    (path.endsWith('.namespaceSelector') && JSON.stringify(value).includes(`:"${namespace}"`));

  test(
    'a rule of the network or a right in Kafka from which anything is removed is noticed',
    () => {
      const rules = [...output.ofKind('NetworkPolicy'), ...output.ofKind('KafkaUser')];
      const judged = (manifest: Manifest): readonly Node[] =>
        placesBelow(manifest.root.key('spec')).filter(
          (node) =>
            !(DEFAULTS.test(node.path) && /^(?:TCP|literal)$/.test(String(node.value))) &&
            !isImplied(manifest, node) &&
            (manifest.kind === 'NetworkPolicy' || /authorization\.acls|quotas/.test(node.path)),
        );
      fc.assert(
        fc.property(drawn(rules, judged), ({ key, path }) => {
          const draft = new Draft(output);
          draft.unset(key, path);
          expect(isNoticed(draft.tree)).toBe(true);
        }),
        { seed: SEED, numRuns: 150 },
      );
    },
    TIMEOUT_MILLIS,
  );

  test(
    'a setting of a service that is removed or changed to something else is noticed where the catalog gives it',
    () => {
      const maps = output.ofKind('ConfigMap').filter(({ name }) => name.endsWith('-config'));
      fc.assert(
        fc.property(
          drawn(maps, ({ root }) =>
            root
              .key('data')
              .entries()
              .map(([, node]) => node),
          ),
          ({ key, path }) => {
            const draft = new Draft(output);
            draft.unset(key, path);
            expect(isNoticed(draft.tree)).toBe(true);
          },
        ),
        { seed: SEED, numRuns: 60 },
      );
    },
    TIMEOUT_MILLIS,
  );
});

test('every check finds the output as it should be', () => {
  const problems = checks.flatMap((check) => check.run(output, context).problems);
  expect(problems).toEqual([]);
});
