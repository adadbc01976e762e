import { resolve } from 'node:path';
import { type Command, JSON_OPTION, UsageError } from '../command.ts';
import { publish as publishTree } from '../publish/index.ts';
import { publishView } from '../views/publish-view.ts';
import { ENVIRONMENT_OPTION, environmentsOf, OUTPUT_FOLDER } from './synth.ts';

/** A commit's first line; longer ones are cut wherever they are shown. */
const REASON_CHARACTERS = 120;

export const publish: Command = {
  name: 'publish',
  summary: 'Bring a GitOps working tree up to date with what synth wrote, in one commit of what it owns.',
  arguments: [{ name: 'dir', description: 'the top of a working tree of the GitOps repository', required: true }],
  options: [
    { name: 'reason', value: 'TEXT', description: 'why, as the first line of the commit' },
    ENVIRONMENT_OPTION,
    { name: 'from', value: 'DIR', description: 'the folder that synth wrote', default: OUTPUT_FOLDER },
    { name: 'dry-run', description: 'say what would be done, and change nothing' },
    JSON_OPTION,
  ],
  examples: [
    'npm run gm -- publish ../gitops --reason "analytics-api 1.4: answers by country"',
    'npm run gm -- publish ../gitops --env dev --dry-run --json',
    'Exit code: 0 committed or nothing to do, 1 refused and nothing changed, 2 wrong use.',
  ],
  async run(input, terminal) {
    const dryRun = input.isSet('dry-run');
    const reason = input.text('reason')?.trim() ?? '';
    if (reason === '' && !dryRun) throw new UsageError('--reason TEXT is missing: the commit says why it was made.');
    if (reason.includes('\n') || reason.length > REASON_CHARACTERS)
      throw new UsageError(`--reason is one line of at most ${REASON_CHARACTERS} characters.`);
    terminal.progress('publishing …');
    const publication = await publishTree({
      from: resolve(input.text('from') ?? OUTPUT_FOLDER),
      directory: resolve(input.argument(0) ?? ''),
      environments: environmentsOf(input),
      reason,
      dryRun,
    });
    if (input.isSet('json')) terminal.json(publication);
    else terminal.print(publishView(publication, terminal));
    return 0;
  },
};
