import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FAIL_SYNTH_ON_VALIDATION_ERRORS_CONTEXT, VALIDATION_REPORT_FILE } from 'aws-cdk-lib/cx-api';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import {
  type Catalog,
  type EnvironmentName,
  ExplainedError,
  environmentNamed,
  catalog as ours,
} from '#catalog/index.ts';
import { buildInfra } from './app.ts';

export interface SynthesizedStack {
  readonly name: string;
  readonly environment: EnvironmentName;
  readonly resources: number;
}

/** What a check has to say about a construct. */
export interface Finding {
  readonly rule: string;
  /** Path of the construct, which begins with its stack; empty when the finding concerns the app as a whole. */
  readonly path: string;
  readonly description: string;
}

export interface Synthesis {
  readonly stacks: readonly SynthesizedStack[];
  /** Findings that forbid a deployment. */
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly seconds: number;
  readonly outdir: string;
}

export interface SynthesisOptions {
  /** Names of environments; all of them when left out. */
  readonly environments?: readonly string[];
  /** Gets a folder for each environment, emptied before. */
  readonly outdir: string;
  readonly catalog?: Catalog;
}

/** The parts of CDK's validation report that we read (cloud assembly schema 55). */
const Report = Type.Object({
  pluginReports: Type.Array(
    Type.Object({
      violations: Type.Array(
        Type.Object({
          ruleName: Type.String(),
          description: Type.String(),
          severity: Type.Optional(Type.String()),
          violatingConstructs: Type.Array(Type.Object({ constructPath: Type.Optional(Type.String()) })),
        }),
      ),
    }),
  ),
});

/**
 * Writes the templates of each environment to `<outdir>/<environment>` and checks them with cdk-nag and CDK's own rules.
 * Findings are returned, not thrown. Offline, and byte-identical from run to run.
 * @throws UnknownName for an environment that the catalog does not have, before anything is written.
 */
export function synthesizeInfra({ environments, outdir, catalog = ours }: SynthesisOptions): Synthesis {
  const started = performance.now();
  const chosen = environments?.map((name) => environmentNamed(catalog, name)) ?? catalog.environments;
  const parts = chosen.map(({ name }) => synthesizeOne(name, join(outdir, name), catalog));
  return {
    stacks: parts.flatMap(({ stacks }) => stacks),
    errors: parts.flatMap(({ errors }) => errors),
    warnings: parts.flatMap(({ warnings }) => warnings),
    seconds: (performance.now() - started) / 1000,
    outdir,
  };
}

function synthesizeOne(environment: EnvironmentName, folder: string, catalog: Catalog) {
  empty(folder);
  const context = { [FAIL_SYNTH_ON_VALIDATION_ERRORS_CONTEXT]: false };
  const { stacks } = buildInfra({ environments: [environment], outdir: folder, catalog, context }).synth();
  return {
    stacks: stacks.map(({ stackName, template }) => ({
      name: stackName,
      environment,
      resources: Object.keys(template.Resources).length,
    })),
    ...findingsIn(folder),
  };
}

/** Removes what an earlier synthesis left, and nothing that is not one. */
function empty(folder: string): void {
  if (existsSync(join(folder, 'manifest.json'))) rmSync(folder, { recursive: true });
}

function findingsIn(folder: string): Pick<Synthesis, 'errors' | 'warnings'> {
  const file = join(folder, VALIDATION_REPORT_FILE);
  if (!existsSync(file)) return { errors: [], warnings: [] };
  const { pluginReports } = Value.Parse(Report, JSON.parse(readFileSync(file, 'utf8')));
  const findings = pluginReports
    .flatMap(({ violations }) => violations)
    .flatMap(({ ruleName, description, severity, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath = '' }) => ({
        rule: ruleName,
        path: constructPath,
        description,
        severity,
      })),
    );
  const isWarning = ({ severity }: { readonly severity?: string | undefined }) => severity === 'warning';
  return {
    errors: findings.filter((finding) => !isWarning(finding)).map(withoutSeverity),
    warnings: findings.filter(isWarning).map(withoutSeverity),
  };
}

const withoutSeverity = ({ rule, path, description }: Finding): Finding => ({ rule, path, description });

/** What `cdk` runs: the environments that `-c env=NAME` asks for. A mistake in the name gets one sentence, no stack. */
export function synthesizeForCdk(): void {
  try {
    buildInfra().synth();
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
