import { resolve } from 'node:path';
import { catalog, ExplainedError, environmentNamed } from '#catalog/index.ts';
import { type DestroyPlan, planDestruction } from '#verify/destroy/index.ts';
import { type Command, type Input, JSON_OPTION, UsageError } from '../command.ts';
import { runPlan } from '../destroy/run.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { destroyView } from '../views/destroy-view.ts';
import { OUTPUT_FOLDER } from './synth.ts';

/** Controllers and CloudFormation take minutes; a question a quarter of a minute is often enough. */
const DEFAULT_PAUSE_SECONDS = 15;

/** The plan must not be run as it is asked for. */
class DestroyRefused extends ExplainedError {
  override readonly name = 'DestroyRefused';
}

/** @throws DestroyRefused */
function assertAllowed(plan: DestroyPlan, confirmed: string | undefined): void {
  const { environment, confirmation, undecided } = plan;
  if (undecided.length > 0)
    throw new DestroyRefused(
      'DESTROY_UNDECIDED',
      `Nobody decided what becomes of ${undecided.join(', ')}. Add rows to verify/cost/rows or verify/effects first.`,
    );
  if (confirmation !== undefined && confirmed !== confirmation)
    throw new DestroyRefused(
      'DESTROY_REFUSED',
      `${environment} retains its data. To destroy it, see the plan with --dry-run and then add --confirm '${confirmation}'.`,
    );
}

async function execute(plan: DestroyPlan, input: Input, terminal: Terminal): Promise<number> {
  assertAllowed(plan, input.text('confirm'));
  const seconds = input.number('pause', { min: 0, max: 600 }) ?? DEFAULT_PAUSE_SECONDS;
  const results = await runPlan(plan.steps, {
    pauseMillis: seconds * 1_000,
    onStep: ({ name, says }, index) => terminal.progress(`${index + 1}/${plan.steps.length} ${name}: ${says}`),
  });
  if (input.isSet('json')) terminal.json({ environment: plan.environment, steps: results });
  else terminal.print(`${plan.environment} is destroyed: ${results.length} steps.`);
  return 0;
}

export const destroy: Command = {
  name: 'destroy',
  summary: 'Destroy an environment in AWS, step by step with a check after each, or show the plan.',
  arguments: [],
  options: [
    { name: 'env', value: 'NAME', description: 'the environment to destroy' },
    { name: 'dry-run', description: 'print what each step runs and checks, and run nothing' },
    {
      name: 'confirm',
      value: 'PHRASE',
      description: 'the phrase that the plan of an environment with retained data names',
    },
    { name: 'from', value: 'DIR', description: 'the folder that synth wrote', default: OUTPUT_FOLDER },
    {
      name: 'pause',
      value: 'SECONDS',
      description: 'how long to wait before a check is asked again',
      default: String(DEFAULT_PAUSE_SECONDS),
    },
    JSON_OPTION,
  ],
  examples: ['npm run gm -- destroy --env dev --dry-run', 'npm run gm -- destroy --env dev'],
  async run(input, terminal) {
    const name = input.text('env');
    if (name === undefined) throw new UsageError('Which environment? Name it with --env NAME.');
    const plan = await planDestruction(
      resolve(input.text('from') ?? OUTPUT_FOLDER),
      environmentNamed(catalog, name).name,
    );
    if (!input.isSet('dry-run')) return execute(plan, input, terminal);
    if (input.isSet('json')) terminal.json(plan);
    else terminal.print(destroyView(plan, terminal));
    return 0;
  },
};
