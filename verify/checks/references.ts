import { referenceRows } from '../references/index.ts';
import type { Outcome, ReferenceRow } from '../references/row.ts';
import { type Findings, mergeFindings } from '../report/model.ts';
import { shown } from '../schemas/violation.ts';
import type { Tree } from '../tree/tree.ts';
import type { Check, CheckContext } from './check.ts';

const CHECK = 'references';

function findingsOf(row: ReferenceRow, outcomes: readonly Outcome[], tree: Tree): Findings {
  const environment = tree.environment.name;
  return {
    problems: outcomes.flatMap(({ source, reference, resolution }) => {
      if (resolution.outcome !== 'broken') return [];
      const rule = `${row.kind}: ${resolution.rule}`;
      const value = shown(reference.value);
      return [{ check: CHECK, environment, ...source, path: reference.at.path, value, rule, fix: resolution.fix }];
    }),
    notes: outcomes.flatMap(({ resolution }) =>
      resolution.outcome === 'noted'
        ? [{ check: CHECK, environment, subject: resolution.subject, sentence: resolution.sentence }]
        : [],
    ),
    trusted: outcomes.flatMap(({ resolution }) =>
      resolution.outcome === 'trusted'
        ? [{ check: CHECK, subject: resolution.subject, why: resolution.why, count: 1 }]
        : [],
    ),
    counts: [{ what: row.kind, count: outcomes.length }],
  };
}

function run(tree: Tree, { catalog }: CheckContext): Findings {
  return mergeFindings(referenceRows.map((row) => findingsOf(row, row.follow({ tree, catalog }), tree)));
}

export const references: Check = {
  name: CHECK,
  summary: 'Whatever an object names exists: inside the cluster, and across the cluster and AWS.',
  run,
};
