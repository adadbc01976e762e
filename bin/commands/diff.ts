import { resolve } from 'node:path';
import { defaultPrices } from '#verify/cost/index.ts';
import type { ChangeClass, DiffReport } from '#verify/diff/index.ts';
import { markdownDiff, renderDiff } from '#verify/diff/text.ts';
import { type Command, type Input, JSON_OPTION, UsageError } from '../command.ts';
import { withOutputs } from '../revision.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { ENVIRONMENT_OPTION, environmentsOf } from './synth.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const DEFAULT_BASE = 'HEAD';

/** Beside the codes of every command: what a pipeline may let through alone, and what needs a person. */
const EXIT_BY_CLASS = { safe: 0, disruptive: 3, dangerous: 4 } as const satisfies Record<ChangeClass, number>;

function show(report: DiffReport, input: Input, terminal: Terminal): void {
  if (input.isSet('json')) terminal.json(report);
  else terminal.print(input.isSet('markdown') ? markdownDiff(report) : renderDiff(report, terminal.colours));
}

export const diff: Command = {
  name: 'diff',
  summary: 'Say what a change does to AWS, Kubernetes and the budgets, and how dangerous it is.',
  arguments: [],
  options: [
    { name: 'base', value: 'REV', description: 'the revision to compare the working tree with', default: DEFAULT_BASE },
    ENVIRONMENT_OPTION,
    {
      name: 'before',
      value: 'DIR',
      description: 'compare with what synth wrote here instead of a revision; with --after',
    },
    { name: 'after', value: 'DIR', description: 'what synth wrote, instead of the working tree; with --before' },
    { name: 'prices', value: 'DIR', description: 'tables of prices; ../shared/prices when it is there' },
    { name: 'markdown', description: 'print Markdown for a pull request' },
    JSON_OPTION,
  ],
  examples: [
    'npm run gm -- diff --base origin/main',
    'npm run gm -- diff --base v1.2.0 --env prod --markdown',
    `Exit code: ${EXIT_BY_CLASS.safe} nothing or safe, ${EXIT_BY_CLASS.disruptive} disruptive, ${EXIT_BY_CLASS.dangerous} dangerous.`,
  ],
  async run(input, terminal) {
    const base = input.text('base') ?? DEFAULT_BASE;
    const [before, after] = [input.text('before'), input.text('after')];
    if ((before === undefined) !== (after === undefined))
      throw new UsageError('--before and --after are two folders to compare: give both or neither.');
    const prices = input.text('prices') ?? defaultPrices(REPOSITORY);
    const environments = environmentsOf(input);
    // Loaded when it is needed: the resource schemas take a moment that no other command should wait.
    const { diff: compare } = await import('#verify/diff/index.ts');
    const compareFolders = (outputs: { readonly before: string; readonly after: string }, name: string) =>
      compare({ ...outputs, base: name, environments, prices });
    terminal.progress('synthesizing and comparing …');
    const report =
      before !== undefined && after !== undefined
        ? await compareFolders({ before: resolve(before), after: resolve(after) }, before)
        : await withOutputs(REPOSITORY, base, (outputs) => compareFolders(outputs, base));
    show(report, input, terminal);
    return EXIT_BY_CLASS[report.class];
  },
};
