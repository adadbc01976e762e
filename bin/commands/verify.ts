import { resolve } from 'node:path';
import { defaultSchemas, renderReport, verify as verifyOutput } from '#verify/index.ts';
import { type Command, JSON_OPTION } from '../command.ts';
import { ENVIRONMENT_OPTION, environmentsOf, OUTPUT_FOLDER } from './synth.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');

export const verify: Command = {
  name: 'verify',
  summary: 'Prove what synth wrote: schemas, references, parity with the catalog, and who can reach whom.',
  arguments: [],
  options: [
    ENVIRONMENT_OPTION,
    { name: 'from', value: 'DIR', description: 'the folder that synth wrote', default: OUTPUT_FOLDER },
    { name: 'schemas', value: 'DIR', description: 'Kubernetes and CRD schemas; ../shared/schemas when it is there' },
    { name: 'check', value: 'NAME', description: 'run this check only (repeatable)', repeatable: true },
    JSON_OPTION,
  ],
  examples: ['npm run verify', 'npm run gm -- verify --env prod --check references --json'],
  async run(input, terminal) {
    const checks = input.list('check');
    terminal.progress('verifying …');
    const report = await verifyOutput({
      root: resolve(input.text('from') ?? OUTPUT_FOLDER),
      environments: environmentsOf(input),
      schemas: input.text('schemas') ?? defaultSchemas(REPOSITORY),
      ...(checks.length > 0 ? { checks } : {}),
    });
    if (input.isSet('json')) terminal.json(report);
    else terminal.print(renderReport(report, terminal.colours));
    return report.problems.length > 0 ? 1 : 0;
  },
};
