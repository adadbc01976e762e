import { join, relative, resolve } from 'node:path';
import { shared } from '#catalog/environments/index.ts';
import { catalog, type EnvironmentName, environmentNamed, type SiteName } from '#catalog/index.ts';
import type { Synthesis } from '#infra/synthesize.ts';
import { type Command, type Input, JSON_OPTION, type Option } from '../command.ts';
import { table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

export const OUTPUT_FOLDER = 'dist';

export const ENVIRONMENT_OPTION: Option = {
  name: 'env',
  value: 'NAME',
  description: 'an environment; all of them when left out (repeatable)',
  repeatable: true,
};

/** @throws UnknownName */
export function environmentsOf(input: Input): readonly EnvironmentName[] {
  const names = input.list('env');
  return (names.length > 0 ? names : catalog.environments.map(({ name }) => name)).map(
    (name) => environmentNamed(catalog, name).name,
  );
}

interface Row {
  readonly environment: SiteName;
  readonly stacks: number;
  readonly resources: number;
  readonly components: number;
  readonly manifests: number;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly seconds: number;
}

type Finding = Synthesis['errors'][number];
const sentenceOf = ({ rule, path, description }: Finding): string => `${path}: ${description} (${rule})`;

/** The shared account has stacks and no cluster; it is written with all environments, and left out with chosen ones. */
const sitesOf = (input: Input): readonly SiteName[] =>
  input.list('env').length > 0 ? environmentsOf(input) : [shared.name, ...environmentsOf(input)];

async function synthesizeOne(environment: SiteName, outdir: string): Promise<Row> {
  // Loaded when they are needed: the CDK takes a second that no other command should wait.
  const { synthesizeInfra } = await import('#infra/synthesize.ts');
  const { synthesizeCharts } = await import('#charts/app.ts');
  const startedAt = performance.now();
  const infra = synthesizeInfra({ environments: [environment], outdir: join(outdir, 'aws') });
  const clusters = environment === shared.name ? [] : [environment];
  const charts = synthesizeCharts({ environments: clusters, outdir: join(outdir, 'gitops') });
  const [cluster] = charts.environments;
  return {
    environment,
    stacks: infra.stacks.length,
    resources: infra.stacks.reduce((sum, { resources }) => sum + resources, 0),
    components: cluster?.components.length ?? 0,
    manifests: cluster?.manifests ?? 0,
    errors: infra.errors.map(sentenceOf),
    warnings: [...infra.warnings.map(sentenceOf), ...charts.warnings],
    seconds: (performance.now() - startedAt) / 1_000,
  };
}

function summary(rows: readonly Row[], terminal: Terminal): string {
  const right = 'right' as const;
  return table(
    [
      { title: 'ENVIRONMENT' },
      { title: 'STACKS', align: right },
      { title: 'RESOURCES', align: right },
      { title: 'COMPONENTS', align: right },
      { title: 'MANIFESTS', align: right },
      { title: 'ERRORS', align: right },
      { title: 'WARNINGS', align: right },
      { title: 'SECONDS', align: right },
    ],
    rows.map(({ environment, stacks, resources, components, manifests, errors, warnings, seconds }) => [
      environment,
      ...[stacks, resources, components, manifests].map(String),
      errors.length > 0 ? terminal.colours.red(String(errors.length)) : '0',
      warnings.length > 0 ? terminal.colours.yellow(String(warnings.length)) : '0',
      seconds.toFixed(1),
    ]),
  );
}

function show(rows: readonly Row[], outdir: string, terminal: Terminal): void {
  const unique = (sentences: readonly string[]): readonly string[] => [...new Set(sentences)];
  for (const sentence of unique(rows.flatMap(({ errors }) => errors)))
    terminal.print(`${terminal.colours.red('error')} ${sentence}`);
  for (const sentence of unique(rows.flatMap(({ warnings }) => warnings)))
    terminal.print(`${terminal.colours.yellow('warning')} ${sentence}`);
  terminal.print(`\n${summary(rows, terminal)}`);
  const place = relative(process.cwd(), outdir) || '.';
  terminal.print(`\nWritten to ${place}/aws (CloudFormation) and ${place}/gitops (Kubernetes, for Argo CD).`);
}

export const synth: Command = {
  name: 'synth',
  summary: 'Write the CloudFormation templates and the GitOps tree of every environment.',
  arguments: [],
  options: [
    ENVIRONMENT_OPTION,
    { name: 'out', value: 'DIR', description: 'where to write', default: OUTPUT_FOLDER },
    JSON_OPTION,
  ],
  examples: ['npm run synth', 'npm run gm -- synth --env dev'],
  async run(input, terminal) {
    const outdir = resolve(input.text('out') ?? OUTPUT_FOLDER);
    const rows: Row[] = [];
    for (const environment of sitesOf(input)) {
      terminal.progress(`synthesizing ${environment} …`);
      rows.push(await synthesizeOne(environment, outdir));
    }
    if (input.isSet('json')) terminal.json({ outdir, environments: rows });
    else show(rows, outdir, terminal);
    return rows.some(({ errors }) => errors.length > 0) ? 1 : 0;
  },
};
