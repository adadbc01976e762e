import { parityRows } from '../parity/index.ts';
import { mismatches, type ParityRow, type Surroundings } from '../parity/row.ts';
import { type Findings, mergeFindings, nothingFound } from '../report/model.ts';
import { shown } from '../schemas/violation.ts';
import type { Tree } from '../tree/tree.ts';
import type { Check, CheckContext } from './check.ts';

const CHECK = 'parity';

/** A permission names two groups of pods or blocks and a port, and each part of it matters. */
const VALUE_CHARACTERS = 400;

function compare(row: ParityRow, surroundings: Surroundings): Findings {
  const { tree } = surroundings;
  const declared = row.declared(surroundings).length;
  if (row.inTemplates && !tree.hasTemplates) {
    const why = 'the templates of AWS were not synthesized';
    return {
      ...nothingFound,
      trusted: [{ check: CHECK, subject: `${row.kind}s of the catalog`, why, count: declared }],
    };
  }
  const problems = mismatches(row, surroundings).map((mismatch) => ({
    check: CHECK,
    environment: tree.environment.name,
    ...mismatch,
    value: shown(mismatch.value, VALUE_CHARACTERS),
  }));
  return { ...nothingFound, problems, counts: [{ what: row.kind, count: declared }] };
}

const run = (tree: Tree, { catalog }: CheckContext): Findings =>
  mergeFindings(parityRows.map((row) => compare(row, { tree, catalog })));

export const parity: Check = {
  name: CHECK,
  summary: 'What the catalog declares is in the output, as declared, and nothing else is.',
  run,
};
