import { cell } from './cell.ts';
import type { CheckReport, Report } from './model.ts';
import { fold, plural, sizes } from './text.ts';

/** Problems that a comment of a pull request shows; JSON has them all. */
const SHOWN = 20;

function problemRows({ name, problems }: CheckReport): readonly string[] {
  return fold(problems).map(({ problem, objects, environments }) => {
    const others = objects.length > 1 ? ` and ${plural(objects.length - 1, 'other')}` : '';
    const sentence = `«${problem.value}» ${problem.rule}. ${problem.fix}.`;
    return `| ${name} | ${environments.join(', ')} | ${cell(`${objects[0]}${others}`)} | ${cell(problem.path)} | ${cell(sentence)} |`;
  });
}

function problemTable(report: Report): readonly string[] {
  const rows = report.checks.flatMap(problemRows);
  if (rows.length === 0) return [];
  const hidden = rows.length - SHOWN;
  return [
    '',
    '| check | environment | object | where | what is wrong |',
    '|---|---|---|---|---|',
    ...rows.slice(0, SHOWN),
    ...(hidden > 0 ? ['', `… and ${hidden} more.`] : []),
  ];
}

const checkRow = ({ name, summary, counts, problems, seconds }: CheckReport): string => {
  const looked = counts.reduce((sum, { count }) => sum + count, 0);
  return `| ${name} | ${problems.length} | ${looked.toLocaleString('en')} | ${seconds.toFixed(1)} s | ${cell(summary)} |`;
};

/** A report for a pull request: the verdict, what is wrong, what was looked at, what is taken on trust. */
export function renderMarkdown(report: Report): string {
  const { checks, problems, trusted, seconds } = report;
  return [
    `### ${problems.length === 0 ? 'Verified: 0 problems' : `Not verified: ${plural(problems.length, 'problem')}`}`,
    '',
    `${sizes(report)}; schemas: ${report.schemas}; ${seconds.toFixed(1)} s.`,
    ...problemTable(report),
    '',
    '| check | problems | looked at | took | proves |',
    '|---|---|---|---|---|',
    ...checks.map(checkRow),
    ...(trusted.length > 0 ? ['', '<details><summary>Taken on trust</summary>', ''] : []),
    ...trusted.map(({ subject, why, count }) => `- ${subject}: ${why} (${plural(count, 'time')})`),
    ...(trusted.length > 0 ? ['', '</details>'] : []),
  ].join('\n');
}
