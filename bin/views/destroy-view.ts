import type { Action, DestroyPlan, Leftover, Step } from '#verify/destroy/index.ts';
import { typed } from '../destroy/invoke.ts';
import type { Terminal } from '../terminal/terminal.ts';

function actionLines(action: Action): readonly string[] {
  switch (action.kind) {
    case 'run':
      return [typed(action.invocation)];
    case 'each':
      return [`for each of: ${typed(action.list)}`, `  ${typed(action.remove)}`];
    case 'empty bucket':
      return [`delete every version in s3://${action.bucket} (${action.region}), a thousand a call`];
    case 'empty zone':
      return [`delete every record of ${action.domain} but its own NS and SOA`];
  }
}

function stepLines(
  { name, says, onlyIf, actions, check }: Step,
  index: number,
  { colours }: Terminal,
): readonly string[] {
  return [
    `${String(index + 1).padStart(3)}. ${colours.bold(name)}  ${says}`,
    ...actions.flatMap(actionLines).map((line) => `       ${line}`),
    ...(check ? [colours.dim(`       then: ${check.says} ${typed(check.invocation)}`)] : []),
    ...(onlyIf ? [colours.dim(`       only if it is there: ${typed(onlyIf)}`)] : []),
  ];
}

const leftoverLine = ({ what, why, billable }: Leftover): string =>
  `  ${what}: ${why}${billable ? ', and costs money' : ''}`;

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines];

/** The whole plan: what each step runs, the check after it, and what stays. */
export function destroyView(plan: DestroyPlan, terminal: Terminal): string {
  const { colours } = terminal;
  const staying = plan.leftovers.filter(({ removedBy }) => removedBy === undefined);
  const dear = staying.filter(({ billable }) => billable);
  const verdict =
    dear.length === 0
      ? colours.green('Nothing that costs money is left.')
      : colours.yellow(`${dear.length} things that cost money are left.`);
  return [
    colours.bold(`To destroy ${plan.environment}, in ${plan.steps.length} steps:`),
    ...plan.steps.flatMap((step, index) => stepLines(step, index, terminal)),
    ...section('What is left afterwards:', staying.map(leftoverLine)),
    ...section(
      'Stacks that stay, because data that stays lives in them:',
      plan.keptStacks.map((name) => `  ${name}`),
    ),
    ...section(
      'Nobody decided what becomes of:',
      plan.undecided.map((what) => `  ${what}`),
    ),
    '',
    verdict,
    ...(plan.confirmation === undefined ? [] : [`It is run only with --confirm '${plan.confirmation}'.`]),
  ].join('\n');
}
