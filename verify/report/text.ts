import type { CheckReport, Note, Problem, Report, Trust } from './model.ts';

type Paint = (text: string) => string;

/** Colours of a terminal; `plainText` elsewhere. */
export interface Colours {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
}

const asItIs: Paint = (text) => text;
export const plainText: Colours = { bold: asItIs, dim: asItIs, red: asItIs, green: asItIs, yellow: asItIs };

/** Problems of one check that are printed; JSON has them all. */
const SHOWN_PROBLEMS = 40;

export const plural = (count: number, word: string): string =>
  `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;

export interface Folded {
  readonly problem: Problem;
  readonly objects: readonly string[];
  readonly environments: readonly string[];
  readonly files: number;
}

/** The same mistake in several objects and environments is one mistake to mend. */
export function fold(problems: readonly Problem[]): readonly Folded[] {
  const groups = Map.groupBy(problems, ({ path, value, rule }) => JSON.stringify([path, value, rule]));
  return [...groups.values()].flatMap((group) => {
    const [problem] = group;
    if (!problem) return [];
    const objects = [...new Set(group.map(({ object }) => object))];
    const environments = [...new Set(group.map(({ environment }) => environment))];
    return [{ problem, objects, environments, files: new Set(group.map(({ file }) => file)).size }];
  });
}

/** Objects that are named before the rest is counted. */
const SHOWN_OBJECTS = 3;

function problemLines({ problem, objects, environments, files }: Folded, colours: Colours): readonly string[] {
  const { file, path, value, rule, fix } = problem;
  const others = objects.length - SHOWN_OBJECTS;
  const named = `${objects.slice(0, SHOWN_OBJECTS).join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
  const where = files > 1 ? `${file} and ${plural(files - 1, 'more file')}` : file;
  return [
    `  ${colours.bold(named)}  ${path}`,
    `    ${colours.red(`«${value}»`)} ${rule}. ${fix}.`,
    colours.dim(`    ${environments.join(', ')}: ${where}`),
  ];
}

function problemSection({ name, problems }: CheckReport, colours: Colours): readonly string[] {
  if (problems.length === 0) return [];
  const folded = fold(problems);
  const hidden = folded.length - SHOWN_PROBLEMS;
  return [
    colours.bold(`${name}: ${plural(problems.length, 'problem')}`),
    ...folded.slice(0, SHOWN_PROBLEMS).flatMap((entry) => problemLines(entry, colours)),
    ...(hidden > 0 ? [`  … and ${hidden} more; --json prints all of them.`] : []),
    '',
  ];
}

function noteSection(notes: readonly Note[], colours: Colours): readonly string[] {
  if (notes.length === 0) return [];
  const groups = Map.groupBy(notes, ({ sentence }) => sentence);
  const lines = [...groups].map(([sentence, group]) => {
    const subjects = [...new Set(group.map(({ subject }) => subject.split('/').at(-1) ?? subject))];
    const environments = [...new Set(group.map(({ environment }) => environment))];
    return `  ${subjects.join(', ')} (${environments.join(', ')}): ${sentence}`;
  });
  return [colours.bold('Worth knowing'), ...lines, ''];
}

function trustSection(trusted: readonly Trust[], colours: Colours): readonly string[] {
  if (trusted.length === 0) return [];
  const lines = trusted.map(
    ({ subject, why, count }) => `  ${subject}: ${why} ${colours.dim(`(${plural(count, 'time')})`)}`,
  );
  return [colours.bold('Taken on trust'), ...lines, ''];
}

function checkLine({ name, summary, counts, problems, seconds }: CheckReport, colours: Colours): string {
  const looked = counts.reduce((sum, { count }) => sum + count, 0);
  const verdict = problems.length === 0 ? colours.green('ok') : colours.red(plural(problems.length, 'problem'));
  const duration = colours.dim(`${seconds.toFixed(1)} s`);
  return `  ${name.padEnd(12)} ${verdict}  ${looked.toLocaleString('en')} looked at, ${duration}  ${colours.dim(summary)}`;
}

export function sizes({ environments }: Report): string {
  const sum = (read: (one: Report['environments'][number]) => number): number =>
    environments.reduce((total, one) => total + read(one), 0);
  const names = environments.map(({ environment }) => environment).join(', ');
  const objects = plural(
    sum(({ manifests }) => manifests),
    'object',
  );
  const resources = plural(
    sum(({ resources: count }) => count),
    'AWS resource',
  );
  return `${names}: ${objects}, ${resources} in ${plural(
    sum(({ templates }) => templates),
    'template',
  )}`;
}

/** A report for people: what is wrong first, then what was looked at, and what nobody looked at. */
export function renderReport(report: Report, colours: Colours = plainText): string {
  const { checks, problems, notes, trusted, seconds } = report;
  const verdict = problems.length === 0 ? colours.green('0 problems') : colours.red(plural(problems.length, 'problem'));
  return [
    ...checks.flatMap((check) => problemSection(check, colours)),
    ...noteSection(notes, colours),
    ...trustSection(trusted, colours),
    colours.bold('Checks'),
    ...checks.map((check) => checkLine(check, colours)),
    '',
    sizes(report),
    `schemas: ${report.schemas}`,
    `${verdict} in ${seconds.toFixed(1)} s`,
  ].join('\n');
}
