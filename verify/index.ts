import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { catalog, type EnvironmentName, environmentNamed } from '#catalog/index.ts';
import type { Check, CheckContext } from './checks/check.ts';
import { checks as allChecks } from './checks/index.ts';
import { VerifyError } from './errors.ts';
import { type CheckReport, type EnvironmentSize, mergeFindings, nothingFound, type Report } from './report/model.ts';
import { chooseSchemas, type SchemaSources } from './schemas/choose.ts';
import { type Loaded, loadTree } from './tree/load.ts';

export interface VerifyOptions extends SchemaSources {
  /** The folder that `synth` wrote: it holds `gitops/<environment>` and `aws/<environment>`. */
  readonly root: string;
  readonly environments: readonly EnvironmentName[];
  /** Names of checks; all of them when absent. */
  readonly checks?: readonly string[] | undefined;
}

/** Where schemas are looked for when nobody says where: beside the repository. */
export function defaultSchemas(repository: string): string | undefined {
  const directory = join(repository, '..', 'shared', 'schemas');
  return existsSync(directory) ? directory : undefined;
}

function chosen(names: readonly string[] | undefined): readonly Check[] {
  const known = allChecks.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new VerifyError('CHECK_UNKNOWN', `Check «${unknown}» does not exist. Use one of: ${known.join(', ')}.`);
  return names === undefined ? allChecks : allChecks.filter(({ name }) => names.includes(name));
}

const secondsSince = (started: number): number => (performance.now() - started) / 1_000;

function runCheck({ name, summary, run }: Check, loaded: readonly Loaded[], context: CheckContext): CheckReport {
  const started = performance.now();
  const findings = mergeFindings(loaded.map(({ tree }) => run(tree, context)));
  return { name, summary, ...findings, seconds: secondsSince(started) };
}

function loadReport(loaded: readonly Loaded[], seconds: number): CheckReport {
  const problems = loaded.flatMap((one) => one.problems);
  const counts = [{ what: 'files read', count: loaded.reduce((sum, { files }) => sum + files, 0) }];
  return {
    ...nothingFound,
    name: 'load',
    summary: 'Every file can be read as what it should be.',
    problems,
    counts,
    seconds,
  };
}

const sizeOf = ({ tree }: Loaded): EnvironmentSize => ({
  environment: tree.environment.name,
  manifests: tree.manifests.length,
  templates: tree.templates.length,
  resources: tree.templates.reduce((sum, { resources }) => sum + resources.length, 0),
});

/**
 * Reads the synthesized output and reports what is wrong with it. Nothing is written, and nothing is asked of a network.
 * @throws VerifyError when the output or the schemas are missing, UnknownName for an environment that does not exist.
 */
export async function verify({ root, environments, checks, ...sources }: VerifyOptions): Promise<Report> {
  const started = performance.now();
  const selected = chosen(checks);
  const wanted = environments.map((name) => environmentNamed(catalog, name));
  const context: CheckContext = { catalog, ...chooseSchemas(sources) };
  const loaded: Loaded[] = [];
  for (const environment of wanted) loaded.push(await loadTree(root, environment));
  const reports = [
    loadReport(loaded, secondsSince(started)),
    ...selected.map((check) => runCheck(check, loaded, context)),
  ];
  const { problems, notes, trusted } = mergeFindings(reports);
  return {
    root,
    schemas: context.schemas?.library.origin ?? 'none',
    environments: loaded.map(sizeOf),
    checks: reports,
    problems,
    notes,
    trusted,
    seconds: secondsSince(started),
  };
}

export { VerifyError } from './errors.ts';
export { renderMarkdown } from './report/markdown.ts';
export type { CheckReport, Note, Problem, Report, Trust } from './report/model.ts';
export { type Colours, plainText, renderReport } from './report/text.ts';
export type { ClusterAnswers } from './schemas/cluster.ts';

/** Names that `checks` takes, in the order in which they run. */
export const checkNames: readonly string[] = allChecks.map(({ name }) => name);
