import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export const REPOSITORY = join(import.meta.dirname, '../..');

/** What the repository does not consist of: installed, generated, or another program's. */
const NOT_OURS: ReadonlySet<string> = new Set([
  'node_modules',
  'dist',
  'cdk.out',
  'coverage',
  '__snapshots__',
  '.git',
  '.gamemetrics',
]);

function below(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? below(path) : [path];
  });
}

const everyFile = below(REPOSITORY)
  .map((path) => relative(REPOSITORY, path).split(sep).join('/'))
  .sort();

/** Every file of the repository, relative to its root, with `/` between folders. */
export const filesOf = (matches: RegExp): readonly string[] => everyFile.filter((file) => matches.test(file));

export const textOf = (file: string): string => readFileSync(join(REPOSITORY, file), 'utf8');

/** TypeScript that we wrote: programs, tests and what they share. */
export const sourceFiles = filesOf(/\.tsx?$/).filter((file) => !file.endsWith('.d.ts'));

export const isTest = (file: string): boolean => file.startsWith('tests/') || /\.test\.tsx?$/.test(file);

export interface JsonObject {
  readonly [key: string]: unknown;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A JSON file that has an object at its root. */
export function jsonOf(file: string): JsonObject {
  const value: unknown = JSON.parse(textOf(file));
  if (!isObject(value)) throw new TypeError(`${file} has no object at its root.`);
  return value;
}
