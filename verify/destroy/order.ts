import type { Stack } from '../assembly/load.ts';
import { VerifyError } from '../errors.ts';

type Named = Pick<Stack, 'name' | 'dependencies'>;

/**
 * Stacks in the order of their destruction: none before those that depend on it.
 * @throws VerifyError for stacks that depend on each other in a circle.
 */
export function destructionOrder<S extends Named>(stacks: readonly S[]): readonly S[] {
  const left = new Map(stacks.map((stack) => [stack.name, stack]));
  const ordered: S[] = [];
  while (left.size > 0) {
    const needed = new Set([...left.values()].flatMap(({ dependencies }) => dependencies));
    // Alphabetical among equals from the end, so that the order is the same from run to run.
    const free = [...left.values()]
      .filter(({ name }) => !needed.has(name))
      .toSorted((a, b) => b.name.localeCompare(a.name));
    if (free.length === 0)
      throw new VerifyError('STACKS_CIRCULAR', `These stacks depend on each other: ${[...left.keys()].join(', ')}.`);
    for (const stack of free) left.delete(stack.name);
    ordered.push(...free);
  }
  return ordered;
}

/** The stacks of these names and all that they depend on. */
export function withDependencies(stacks: readonly Named[], names: readonly string[]): ReadonlySet<string> {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const dependency of byName.get(name)?.dependencies ?? []) visit(dependency);
  };
  for (const name of names) visit(name);
  return found;
}
