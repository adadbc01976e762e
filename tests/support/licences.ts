import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject, REPOSITORY } from './sources.ts';

/** SPDX identifiers of permissive licences, and of those that bind a changed file only (MPL). */
export const ALLOWED_LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
]);

/** `MIT OR (Apache-2.0 AND ISC)`: one side of an OR is enough, an AND needs both. */
export function isAllowed(expression: string): boolean {
  const flat = expression.replaceAll(/[()]/g, ' ').trim();
  return flat
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((licence) => ALLOWED_LICENCES.has(licence.trim())));
}

export interface Installed {
  readonly path: string;
  readonly licence: string;
}

/** The field has been a text, an object and a list of objects over the years. */
function licenceOf(manifest: JsonObject): string {
  const { license, licenses } = manifest;
  if (typeof license === 'string') return license;
  if (isObject(license)) return String(license.type);
  return Array.isArray(licenses)
    ? licenses
        .filter(isObject)
        .map(({ type }) => String(type))
        .join(' OR ')
    : 'none';
}

function manifestOf(path: string): JsonObject | undefined {
  const file = join(REPOSITORY, path, 'package.json');
  if (!existsSync(file)) return undefined;
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return isObject(value) ? value : undefined;
}

/**
 * Packages that are installed for production, by the lockfile. Binaries for other platforms are not here to be read; one of
 * them whose licence the lockfile does not give either is the same program as the one that is installed.
 */
export function productionPackages(lockfile: JsonObject): readonly Installed[] {
  const packages = isObject(lockfile.packages) ? lockfile.packages : {};
  return Object.entries(packages).flatMap(([path, entry]) => {
    if (path === '' || !isObject(entry) || entry.dev === true || entry.devOptional === true) return [];
    const manifest = manifestOf(path);
    const licence = licenceOf(manifest ?? entry);
    const elsewhere = manifest === undefined && entry.optional === true && licence === 'none';
    return elsewhere ? [] : [{ path, licence }];
  });
}
