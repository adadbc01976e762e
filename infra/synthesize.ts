import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FAIL_SYNTH_ON_VALIDATION_ERRORS_CONTEXT } from 'aws-cdk-lib/cx-api';
import { shared } from '#catalog/environments/index.ts';
import { type Catalog, ExplainedError, environmentNamed, catalog as ours, type SiteName } from '#catalog/index.ts';
import { buildInfra, siteNames } from './app.ts';
import { type Finding, findingsIn } from './findings.ts';
import { removeTraces } from './traces.ts';

export interface SynthesizedStack {
  readonly name: string;
  /** The environment that it belongs to, or `shared`. */
  readonly environment: SiteName;
  readonly resources: number;
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
  /** Names of environments, or `shared`; all of them when left out. */
  readonly environments?: readonly string[];
  /** Gets a folder for each environment, emptied before. */
  readonly outdir: string;
  readonly catalog?: Catalog;
}

/**
 * Writes the templates of each environment to `<outdir>/<environment>` and checks them with cdk-nag and CDK's own rules.
 * Findings are returned, not thrown. Offline, and byte-identical from run to run and from clone to clone.
 * @throws UnknownName for an environment that the catalog does not have, before anything is written.
 */
export function synthesizeInfra({ environments, outdir, catalog = ours }: SynthesisOptions): Synthesis {
  const started = performance.now();
  const chosen = environments?.map((name) => siteNamed(catalog, name)) ?? siteNames(catalog);
  const parts = chosen.map((name) => synthesizeOne(name, join(outdir, name), catalog));
  return {
    stacks: parts.flatMap(({ stacks }) => stacks),
    errors: parts.flatMap(({ errors }) => errors),
    warnings: parts.flatMap(({ warnings }) => warnings),
    seconds: (performance.now() - started) / 1000,
    outdir,
  };
}

/** @throws UnknownName */
const siteNamed = (catalog: Catalog, name: string): SiteName =>
  name === shared.name ? shared.name : environmentNamed(catalog, name).name;

function synthesizeOne(environment: SiteName, folder: string, catalog: Catalog) {
  empty(folder);
  const context = { [FAIL_SYNTH_ON_VALIDATION_ERRORS_CONTEXT]: false };
  const { stacks } = buildInfra({ environments: [environment], outdir: folder, catalog, context }).synth();
  removeTraces(folder);
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
