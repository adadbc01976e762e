import type { Catalog } from '#catalog/index.ts';
import type { Judgement } from '../cel/crd.ts';
import { type Findings, mergeFindings, nothingFound, type Problem, type Trust } from '../report/model.ts';
import { kindKey } from '../schemas/library.ts';
import { nameViolations } from '../schemas/names.ts';
import type { Unknown, Validator } from '../schemas/validator.ts';
import { nearest, shown, type Violation } from '../schemas/violation.ts';
import { type Manifest, nameOf } from '../tree/manifest.ts';
import type { Tree } from '../tree/tree.ts';
import type { Check, CheckContext } from './check.ts';

const CHECK = 'schema';

/** A Secret's data must not reach a terminal or a log, not even as the value of a problem. */
const mayBeShown = ({ kind }: Manifest, path: string): boolean =>
  kind !== 'Secret' || !/^(?:data|stringData)/.test(path);

function toProblem(manifest: Manifest, violation: Violation): Problem {
  return {
    check: CHECK,
    environment: manifest.environment,
    file: manifest.file,
    object: nameOf(manifest),
    ...violation,
    value: mayBeShown(manifest, violation.path) ? violation.value : 'not shown',
  };
}

function duplicates({ manifests }: Tree): readonly Problem[] {
  const groups = Map.groupBy(manifests, (manifest) => `${manifest.group} ${nameOf(manifest)}`);
  return [...groups.values()].flatMap(([first, ...others]) =>
    others.map((manifest) =>
      toProblem(manifest, {
        path: 'metadata.name',
        value: manifest.name,
        rule: `${first?.file} has this object already; the one that is applied last would win`,
        fix: 'Write it once',
      }),
    ),
  );
}

function explainUnknown(manifest: Manifest, unknown: Unknown): Violation | undefined {
  if (unknown.reason === 'other-version')
    return {
      path: 'apiVersion',
      value: manifest.apiVersion,
      rule: `the pinned release serves ${manifest.kind} as ${unknown.versions.join(' and ')} only`,
      fix: `Write it for ${manifest.group}/${unknown.versions[0]}`,
    };
  if (unknown.reason === 'unknown-kind') {
    const meant = nearest(manifest.kind, unknown.kinds);
    return {
      path: 'kind',
      value: manifest.kind,
      rule: `${manifest.apiVersion} has no such kind among the schemas`,
      fix: meant ? `Write «${meant}»` : 'Correct the kind, or add its schema',
    };
  }
  return undefined;
}

function withoutSchema(manifest: Manifest, catalog: Catalog): Findings {
  const operator = catalog.operators.find(({ apiGroups }) => apiGroups.includes(manifest.group));
  if (operator) {
    const why = `no schema of ${operator.name} is at hand`;
    return {
      ...nothingFound,
      trusted: [{ check: CHECK, subject: `${manifest.apiVersion} ${manifest.kind}`, why, count: 1 }],
    };
  }
  const rule = 'no operator of the catalog serves this API group';
  const violation = {
    path: 'apiVersion',
    value: manifest.apiVersion,
    rule,
    fix: 'Correct it, or add the operator to catalog/operators/',
  };
  return { ...nothingFound, problems: [toProblem(manifest, violation)] };
}

const NO_RULES: Judgement = { violations: [], evaluated: 0, unreadable: [] };

/** What the CEL rules of a CRD say, and which of them the engine at hand cannot read. */
function byRules(manifest: Manifest, validator: Validator): Findings {
  const { violations, evaluated, unreadable } = validator.judge(manifest) ?? NO_RULES;
  return {
    ...nothingFound,
    problems: violations.map((violation) => toProblem(manifest, violation)),
    counts: [{ what: 'CEL rules of CRDs', count: evaluated }],
    trusted: unreadable.map(({ rule, why }) => ({
      check: CHECK,
      subject: `CEL rule of ${manifest.kind}: ${shown(rule)}`,
      why,
      count: 1,
    })),
  };
}

function checkOne(manifest: Manifest, validator: Validator, catalog: Catalog): Findings {
  const result = validator.validate(manifest);
  if ('reason' in result) {
    const violation = explainUnknown(manifest, result);
    return violation
      ? { ...nothingFound, problems: [toProblem(manifest, violation)] }
      : withoutSchema(manifest, catalog);
  }
  const plain: Findings = {
    ...nothingFound,
    problems: [...result, ...nameViolations(manifest)].map((violation) => toProblem(manifest, violation)),
  };
  // Rules are written for objects that the schema accepts; of others they would say what has been said.
  return result.length > 0 ? plain : mergeFindings([plain, byRules(manifest, validator)]);
}

function notEvaluated({ manifests }: Tree, validator: Validator): readonly Trust[] {
  const byKind = Map.groupBy(manifests, kindKey);
  const { celRules, patterns } = validator.unevaluated(byKind.keys());
  const withRules = [...byKind].filter(([key]) => validator.unevaluated([key]).celRules > 0);
  const objects = withRules.reduce((sum, [, list]) => sum + list.length, 0);
  const cel: Trust = {
    check: CHECK,
    subject: 'CEL rules on changes',
    why: `${celRules} rules of ${withRules.length} kinds compare an object with what it was before`,
    count: objects,
  };
  const pattern: Trust = {
    check: CHECK,
    subject: 'patterns',
    why: 'their syntax has no reading here',
    count: patterns,
  };
  return [cel, pattern].filter(({ count }) => count > 0);
}

function nothingChecked({ manifests }: Tree): Findings {
  const byKind = Map.groupBy(manifests, ({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  const trusted = [...byKind].map(([subject, list]): Trust => {
    const why = 'no schemas are at hand; give a directory with --schemas DIR';
    return { check: CHECK, subject, why, count: list.length };
  });
  return { ...nothingFound, trusted, counts: [{ what: 'objects without a schema', count: manifests.length }] };
}

function run(tree: Tree, { catalog, schemas }: CheckContext): Findings {
  const twice: Findings = { ...nothingFound, problems: duplicates(tree) };
  if (!schemas) return mergeFindings([twice, nothingChecked(tree)]);
  const { validator } = schemas;
  const found = mergeFindings(tree.manifests.map((manifest) => checkOne(manifest, validator, catalog)));
  const unchecked = found.trusted.reduce((sum, { count }) => sum + count, 0);
  const counts = [{ what: 'objects checked', count: tree.manifests.length - unchecked }];
  return mergeFindings([twice, found, { ...nothingFound, trusted: notEvaluated(tree, validator), counts }]);
}

export const schema: Check = {
  name: CHECK,
  summary: 'Every object fits the schema of its kind at the pinned version; unknown fields fail.',
  run,
};
