import { KUBERNETES_VERSION, NEXT_KUBERNETES_VERSION } from '#catalog/environments/index.ts';
import { uses } from '../freshness/find.ts';
import { type Retirement, retirements } from '../freshness/table.ts';
import { type Findings, mergeFindings, nothingFound, type Problem, type Trust } from '../report/model.ts';
import { kindKey } from '../schemas/library.ts';
import { shown, type Violation } from '../schemas/violation.ts';
import { type Manifest, nameOf } from '../tree/manifest.ts';
import type { Tree } from '../tree/tree.ts';
import type { Check, CheckContext } from './check.ts';

const CHECK = 'freshness';

const toProblem = (manifest: Manifest, problem: Violation): Problem => ({
  check: CHECK,
  environment: manifest.environment,
  file: manifest.file,
  object: nameOf(manifest),
  ...problem,
});

const retired = (manifest: Manifest, row: Retirement): readonly Problem[] =>
  uses(manifest, row).map((at) => {
    const rule = `deprecated since ${row.since}, gone in ${row.until} (${row.source})`;
    const value = shown(typeof at.value === 'object' ? at.path : at.value);
    return toProblem(manifest, { path: at.path, value, rule, fix: `Use ${row.instead}` });
  });

/** A cluster's own definitions say which of their versions go. */
function deprecatedThere(manifest: Manifest, { schemas }: CheckContext): readonly Problem[] {
  const warning = schemas?.library.deprecated.get(kindKey(manifest));
  if (warning === undefined) return [];
  const rule = `the cluster calls this version deprecated: ${warning}`;
  return [
    toProblem(manifest, { path: 'apiVersion', value: manifest.apiVersion, rule, fix: 'Write a version that stays' }),
  ];
}

/** What the next version refuses and this one does not: the check of schemas speaks of this one. */
function nextProblems(manifest: Manifest, { schemas, next }: CheckContext): readonly Problem[] {
  if (!schemas?.library.kubernetes.byKind.has(kindKey(manifest)) || !next) return [];
  const now = schemas.validator.validate(manifest);
  const later = next.validator.validate(manifest);
  if ('reason' in later) {
    const rule = `Kubernetes ${NEXT_KUBERNETES_VERSION} does not serve this kind any more`;
    return [toProblem(manifest, { path: 'apiVersion', value: manifest.apiVersion, rule, fix: 'Use its successor' })];
  }
  const known = new Set('reason' in now ? [] : now.map(({ path, rule }) => `${path} ${rule}`));
  return later
    .filter(({ path, rule }) => !known.has(`${path} ${rule}`))
    .map((violation) =>
      toProblem(manifest, { ...violation, rule: `in Kubernetes ${NEXT_KUBERNETES_VERSION}: ${violation.rule}` }),
    );
}

/** The version that objects were judged by is the one that the cluster will run. */
const otherVersions = (tree: Tree): readonly Problem[] =>
  tree.templates.flatMap(({ file, resources }) =>
    resources
      .filter(
        ({ type, properties }) => type === 'AWS::EKS::Cluster' && properties.key('Version').text !== KUBERNETES_VERSION,
      )
      .map(({ logicalId, properties }) => ({
        check: CHECK,
        environment: tree.environment.name,
        file,
        object: `AWS::EKS::Cluster ${logicalId}`,
        path: properties.key('Version').path,
        value: shown(properties.key('Version').value),
        rule: `objects were judged by Kubernetes ${KUBERNETES_VERSION}`,
        fix: 'Give the cluster the version of the catalog',
      })),
  );

function untold(tree: Tree, { next }: CheckContext): readonly Trust[] {
  const why = `definitions of Kubernetes ${NEXT_KUBERNETES_VERSION} are not at hand`;
  return next
    ? []
    : [{ check: CHECK, subject: 'objects in the next version of Kubernetes', why, count: tree.manifests.length }];
}

function run(tree: Tree, context: CheckContext): Findings {
  const problems = tree.manifests.flatMap((manifest) => [
    ...retirements.flatMap((row) => retired(manifest, row)),
    ...deprecatedThere(manifest, context),
    ...nextProblems(manifest, context),
  ]);
  return mergeFindings([
    {
      ...nothingFound,
      problems: [...problems, ...otherVersions(tree)],
      trusted: untold(tree, context),
      counts: [{ what: 'objects', count: tree.manifests.length }],
    },
  ]);
}

export const freshness: Check = {
  name: CHECK,
  summary: 'Nothing is deprecated or removed in the versions that run, or in the next one of Kubernetes.',
  run,
};
