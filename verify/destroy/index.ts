import { catalog, type EnvironmentName, environmentNamed } from '#catalog/index.ts';
import { loadAssembly } from '../assembly/load.ts';
import { loadTree } from '../tree/load.ts';
import type { DestroyPlan } from './model.ts';
import { destroyPlan } from './plan.ts';

/**
 * The plan to destroy an environment as it was synthesized.
 * @throws VerifyError when the output is not readable.
 */
export async function planDestruction(root: string, name: EnvironmentName): Promise<DestroyPlan> {
  const environment = environmentNamed(catalog, name);
  const stacks = (await loadAssembly(root)).filter(({ site }) => site === name);
  const { tree } = await loadTree(root, environment);
  return destroyPlan({ environment, stacks, tree });
}

export type { Action, Check, DestroyPlan, Invocation, Leftover, Step } from './model.ts';
