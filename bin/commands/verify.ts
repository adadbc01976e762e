import { resolve } from 'node:path';
import {
  type ClusterAnswers,
  defaultSchemas,
  type Report,
  renderMarkdown,
  renderReport,
  verify as verifyOutput,
} from '#verify/index.ts';
import { askCluster } from '../cluster-schemas.ts';
import { type Command, type Input, JSON_OPTION, UsageError } from '../command.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { ENVIRONMENT_OPTION, environmentsOf, OUTPUT_FOLDER } from './synth.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');

function show(report: Report, input: Input, terminal: Terminal): void {
  if (input.isSet('json')) terminal.json(report);
  else terminal.print(input.isSet('markdown') ? renderMarkdown(report) : renderReport(report, terminal.colours));
}

async function clusterOf(input: Input, terminal: Terminal): Promise<ClusterAnswers | undefined> {
  const context = input.text('context');
  if (!input.isSet('from-cluster')) {
    if (context === undefined) return undefined;
    throw new UsageError('--context chooses the cluster of --from-cluster: give both or neither.');
  }
  terminal.progress('asking the cluster …');
  return askCluster(context);
}

export const verify: Command = {
  name: 'verify',
  summary: 'Prove what synth wrote: schemas, references, parity with the catalog, and who can reach whom.',
  arguments: [],
  options: [
    ENVIRONMENT_OPTION,
    { name: 'from', value: 'DIR', description: 'the folder that synth wrote', default: OUTPUT_FOLDER },
    { name: 'schemas', value: 'DIR', description: 'Kubernetes and CRD schemas; ../shared/schemas when it is there' },
    { name: 'from-cluster', description: "judge by a live cluster's own schemas, asked through kubectl" },
    { name: 'context', value: 'NAME', description: 'the context of kubectl; with --from-cluster' },
    { name: 'check', value: 'NAME', description: 'run this check only (repeatable)', repeatable: true },
    { name: 'markdown', description: 'print Markdown for a pull request' },
    JSON_OPTION,
  ],
  examples: [
    'npm run verify',
    'npm run gm -- verify --env prod --check reachability --json',
    'npm run gm -- verify --env prod --from-cluster --context gamemetrics-prod',
    'Exit code: 0 no problems, 1 problems.',
  ],
  async run(input, terminal) {
    const checks = input.list('check');
    const cluster = await clusterOf(input, terminal);
    terminal.progress('verifying …');
    const report = await verifyOutput({
      root: resolve(input.text('from') ?? OUTPUT_FOLDER),
      environments: environmentsOf(input),
      schemas: input.text('schemas') ?? defaultSchemas(REPOSITORY),
      cluster,
      ...(checks.length > 0 ? { checks } : {}),
    });
    show(report, input, terminal);
    return report.problems.length > 0 ? 1 : 0;
  },
};
