import { resolve } from 'node:path';
import { cost as costOf, defaultPrices } from '#verify/cost/index.ts';
import { type Command, JSON_OPTION } from '../command.ts';
import { costView } from '../views/cost-view.ts';
import { ENVIRONMENT_OPTION, environmentsOf, OUTPUT_FOLDER } from './synth.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');

export const cost: Command = {
  name: 'cost',
  summary: 'Compute what each environment costs a month, and compare it with its budget.',
  arguments: [],
  options: [
    ENVIRONMENT_OPTION,
    { name: 'from', value: 'DIR', description: 'the folder that synth wrote', default: OUTPUT_FOLDER },
    { name: 'prices', value: 'DIR', description: 'tables of prices; ../shared/prices when it is there' },
    JSON_OPTION,
  ],
  examples: ['npm run gm -- cost', 'npm run gm -- cost --env prod --json'],
  async run(input, terminal) {
    terminal.progress('computing the cost …');
    const report = await costOf({
      root: resolve(input.text('from') ?? OUTPUT_FOLDER),
      environments: environmentsOf(input),
      prices: input.text('prices') ?? defaultPrices(REPOSITORY),
    });
    if (input.isSet('json')) terminal.json(report);
    else terminal.print(costView(report, terminal));
    return report.withinBudgets ? 0 : 1;
  },
};
