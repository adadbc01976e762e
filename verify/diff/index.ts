import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { catalog, type Environment, type EnvironmentName, environmentNamed } from '#catalog/index.ts';
import { loadAssembly, type Stack } from '../assembly/load.ts';
import { cost } from '../cost/index.ts';
import { loadTree } from '../tree/load.ts';
import { Tree } from '../tree/tree.ts';
import { awsChanges } from './aws/index.ts';
import { budgetChanges } from './budget.ts';
import { kubernetesChanges } from './kubernetes/index.ts';
import type { Change } from './model.ts';
import { type DiffReport, reportOf } from './report.ts';

export interface DiffOptions {
  /** Folders that `synth` wrote, of the base and of the working tree. */
  readonly before: string;
  readonly after: string;
  /** What the base is called. */
  readonly base: string;
  readonly environments: readonly EnvironmentName[];
  /** Tables of prices; without them nothing is said of the cost. */
  readonly prices?: string | undefined;
}

const hasTree = (root: string, name: EnvironmentName): boolean => existsSync(join(root, 'gitops', name));

/** The tree of an environment, or an empty one where the revision did not have it. */
async function treeOf(root: string, environment: Environment): Promise<Tree> {
  if (!hasTree(root, environment.name)) return new Tree({ environment, manifests: [], templates: [] });
  return (await loadTree(root, environment)).tree;
}

async function manifestChanges({ before, after, environments }: DiffOptions): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for (const name of environments) {
    const environment = environmentNamed(catalog, name);
    changes.push(...kubernetesChanges(await treeOf(before, environment), await treeOf(after, environment)));
  }
  return changes;
}

/** Stacks of the environments asked for, and of the shared account, which serves all of them. */
const chosen = (stacks: readonly Stack[], environments: readonly string[]): readonly Stack[] => {
  const others = catalog.environments.map(({ name }) => name).filter((name) => !environments.includes(name));
  return stacks.filter(({ site }) => !others.some((name) => name === site));
};

/** Both sides must be whole for a comparison of sums. */
async function costChanges({ before, after, environments, prices }: DiffOptions): Promise<readonly Change[]> {
  const both = environments.filter((name) => hasTree(before, name) && hasTree(after, name));
  if (prices === undefined || both.length === 0) return [];
  const [old, now] = await Promise.all([before, after].map((root) => cost({ root, environments: both, prices })));
  return old && now ? budgetChanges(old, now) : [];
}

/**
 * What a change does to AWS, to Kubernetes and to the budgets, from two outputs of `synth`.
 * @throws VerifyError when an output is not readable.
 */
export async function diff(options: DiffOptions): Promise<DiffReport> {
  const { before, after, base, environments } = options;
  const [olds, news] = await Promise.all([loadAssembly(before), loadAssembly(after)]);
  return reportOf(base, [
    ...awsChanges(chosen(olds, environments), chosen(news, environments)),
    ...(await manifestChanges(options)),
    ...(await costChanges(options)),
  ]);
}

export type { Change, ChangeClass } from './model.ts';
export type { DiffReport } from './report.ts';
export { markdownDiff, renderDiff } from './text.ts';
