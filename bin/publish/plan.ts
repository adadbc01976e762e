import { digestOf, type Ownership, PublishError } from './record.ts';

/** Text by path in the tree. */
export type Files = ReadonlyMap<string, string>;

export interface Plan {
  readonly add: readonly string[];
  readonly change: readonly string[];
  readonly prune: readonly string[];
  /** Owned files that somebody edited or removed by hand; they become what was synthesized again. */
  readonly edited: readonly string[];
  readonly owned: Ownership;
}

export interface Situation {
  /** What was synthesized. */
  readonly wanted: Files;
  /** What stands in the tree under the paths that are wanted or owned. */
  readonly present: Files;
  readonly owned: Ownership;
  /** Folders that are published now; what is owned elsewhere stays. */
  readonly environments: readonly string[];
}

const NAMED = 3;

const refuseForeign = (paths: readonly string[]): PublishError => {
  const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
  return new PublishError(
    'FILE_NOT_OURS',
    `${paths.slice(0, NAMED).join(', ')}${more} would be overwritten, and nobody published them. Move them away, or remove them.`,
  );
};

/**
 * What makes the tree hold what was synthesized.
 * @throws PublishError when a file is in the way that was not published by this command.
 */
export function planOf({ wanted, present, owned, environments }: Situation): Plan {
  const isNow = (path: string): boolean => environments.some((environment) => path.startsWith(`${environment}/`));
  const differs = ([path, text]: readonly [string, string]): boolean => present.get(path) !== text;
  const foreign = [...wanted].filter((file) => present.has(file[0]) && !owned.has(file[0]) && differs(file));
  if (foreign.length > 0) throw refuseForeign(foreign.map(([path]) => path));
  const gone = [...owned.keys()].filter((path) => isNow(path) && !wanted.has(path));
  const edited = [...owned].filter(([path, digest]) => {
    const text = present.get(path);
    return isNow(path) && (text === undefined || digestOf(text) !== digest);
  });
  const kept = [...owned].filter(([path]) => !isNow(path));
  return {
    add: [...wanted.keys()].filter((path) => !present.has(path)),
    change: [...wanted].filter((file) => present.has(file[0]) && differs(file)).map(([path]) => path),
    prune: gone.filter((path) => present.has(path)),
    edited: edited.map(([path]) => path).sort(),
    owned: new Map([...kept, ...[...wanted].map(([path, text]) => [path, digestOf(text)] as const)]),
  };
}
