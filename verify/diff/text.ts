import { cell } from '../report/cell.ts';
import { type Colours, plainText } from '../report/text.ts';
import { CHANGE_CLASSES, type ChangeClass, type FieldChange } from './model.ts';
import { type DiffReport, type Folded, folded } from './report.ts';

/** Fields of one change that are printed; JSON has them all. */
const SHOWN_FIELDS = 4;
/** Safe changes that are printed. */
const SHOWN_SAFE = 20;

const CLASSES_WORST_FIRST = CHANGE_CLASSES.toReversed();

const paints = { dangerous: 'red', disruptive: 'yellow', safe: 'green' } as const satisfies Record<
  ChangeClass,
  keyof Colours
>;

const value = (text: string | undefined): string => text ?? 'nothing';
const fieldLine = ({ path, before, after }: FieldChange): string => `${path}: ${value(before)} → ${value(after)}`;

function shownFields(fields: readonly FieldChange[]): readonly string[] {
  const hidden = fields.length - SHOWN_FIELDS;
  return [...fields.slice(0, SHOWN_FIELDS).map(fieldLine), ...(hidden > 0 ? [`… and ${hidden} more fields`] : [])];
}

function changeLines({ change, places }: Folded, colours: Colours): readonly string[] {
  const { subject, operation, reasons, fields } = change;
  return [
    `  ${colours.bold(subject)} ${operation}  ${colours.dim(places.join(', '))}`,
    ...reasons.map(({ hazard, sentence }) => `    ${hazard === 'none' ? '' : `${hazard}: `}${sentence}`),
    ...shownFields(fields).map((line) => colours.dim(`      ${line}`)),
  ];
}

function section(report: DiffReport, name: ChangeClass, colours: Colours): readonly string[] {
  const all = folded(report.changes.filter((change) => change.class === name));
  if (all.length === 0) return [];
  const shown = name === 'safe' ? all.slice(0, SHOWN_SAFE) : all;
  const hidden = all.length - shown.length;
  return [
    colours[paints[name]](`${name} (${report.counts[name]})`),
    ...shown.flatMap((one) => changeLines(one, colours)),
    ...(hidden > 0 ? [`  … and ${hidden} more; --json prints all of them.`] : []),
    '',
  ];
}

const summary = ({ base, counts, changes }: DiffReport): string =>
  changes.length === 0
    ? `Nothing changes against ${base}.`
    : `${changes.length} changes against ${base}: ${counts.dangerous} dangerous, ${counts.disruptive} disruptive, ${counts.safe} safe`;

/** For people at a terminal: the worst first. */
export function renderDiff(report: DiffReport, colours: Colours = plainText): string {
  return [...CLASSES_WORST_FIRST.flatMap((name) => section(report, name, colours)), summary(report)].join('\n');
}

function row({ change, places }: Folded): string {
  const { subject, operation, reasons, fields } = change;
  const why = reasons
    .map(({ hazard, sentence }) => `${hazard === 'none' ? '' : `**${hazard}** `}${cell(sentence)}`)
    .join('<br>');
  const what = shownFields(fields).map(cell).join('<br>');
  return `| ${cell(subject)} ${operation} | ${cell(places.join(', '))} | ${why} | ${what} |`;
}

function markdownSection(report: DiffReport, name: ChangeClass): readonly string[] {
  const all = folded(report.changes.filter((change) => change.class === name));
  if (all.length === 0) return [];
  const rows = ['| what | where | why | fields |', '|---|---|---|---|', ...all.map(row)];
  const title = `${name} (${report.counts[name]})`;
  // What needs no attention is there for whoever looks for it.
  return name === 'safe'
    ? ['', `<details><summary>${title}</summary>`, '', ...rows, '', '</details>']
    : ['', `### ${title}`, '', ...rows];
}

/** GitHub refuses longer comments. */
const COMMENT_CHARACTERS = 65_000;

/** For a pull request. */
export function markdownDiff(report: DiffReport): string {
  const text = [
    `## What this change does: ${report.changes.length === 0 ? 'nothing' : report.class}`,
    '',
    summary(report),
    ...CLASSES_WORST_FIRST.flatMap((name) => markdownSection(report, name)),
  ].join('\n');
  if (text.length <= COMMENT_CHARACTERS) return text;
  const cut = text.slice(0, text.lastIndexOf('\n', COMMENT_CHARACTERS));
  return `${cut}\n\nThe rest is too long for a comment: run «npm run gm -- diff».`;
}
