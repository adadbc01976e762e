import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Text by path below a folder, with `/` between folders. */
export type Files = ReadonlyMap<string, string>;

function currentText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

interface Entry {
  readonly path: string;
  readonly isFolder: boolean;
}

/** What stands below a folder, deepest first. */
function entriesBelow(folder: string): readonly Entry[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .map((entry) => ({ path: join(entry.parentPath, entry.name), isFolder: entry.isDirectory() }))
    .sort((a, b) => b.path.length - a.path.length);
}

/** Removes manifests that this run did not write and the folders that become empty; files of other kinds stay. */
function prune(folder: string, keep: ReadonlySet<string>): void {
  for (const { path, isFolder } of entriesBelow(folder)) {
    if (isFolder && readdirSync(path).length === 0) rmdirSync(path);
    if (!isFolder && path.endsWith('.yaml') && !keep.has(path)) rmSync(path);
  }
}

/** Makes a folder hold exactly these manifests. Files that are right already are not touched. */
export function writeTree(folder: string, files: Files): void {
  mkdirSync(folder, { recursive: true });
  const paths = new Map([...files].map(([name, text]) => [join(folder, ...name.split('/')), text]));
  for (const parent of new Set([...paths.keys()].map(dirname))) mkdirSync(parent, { recursive: true });
  for (const [path, text] of paths) if (currentText(path) !== text) writeFileSync(path, text);
  prune(folder, new Set(paths.keys()));
}
