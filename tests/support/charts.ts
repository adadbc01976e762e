import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { catalog, type EnvironmentName, environmentNamed, serviceNamed } from '#catalog/index.ts';
import { composeEnvironment } from '#charts/app.ts';
import { componentsOf, type Platform } from '#charts/lib/component.ts';
import { type Manifest, manifestsOf, textOf } from '#charts/lib/manifest.ts';
import { runnerOf } from '#charts/workloads/runner.ts';

export const ENVIRONMENTS: readonly EnvironmentName[] = ['dev', 'staging', 'prod'];

export const platformOf = (environment: EnvironmentName, changes: Partial<Platform> = {}): Platform => ({
  catalog,
  environment: environmentNamed(catalog, environment),
  images: {},
  ...changes,
});

export type Components = ReadonlyMap<string, readonly Manifest[]>;

/** The objects of an environment by component, composed anew. */
export const compose = (platform: Platform): Components =>
  new Map(
    componentsOf(composeEnvironment(platform)).map((component) => [component.props.name, manifestsOf(component)]),
  );

const composed = new Map<EnvironmentName, Components>();

/** The objects of an environment of the catalog, composed once. */
export function componentsIn(environment: EnvironmentName): Components {
  const components = composed.get(environment) ?? compose(platformOf(environment));
  composed.set(environment, components);
  return components;
}

export const manifestsIn = (environment: EnvironmentName): readonly Manifest[] =>
  [...componentsIn(environment).values()].flat();

export const ofKind = (environment: EnvironmentName, kind: string): readonly Manifest[] =>
  manifestsIn(environment).filter((manifest) => manifest.kind === kind);

export const namesOf = (manifests: readonly Manifest[]): readonly string[] =>
  manifests.map(({ metadata }) => metadata.name).sort();

/** The one object of this kind and name. */
export function theObject(environment: EnvironmentName, kind: string, name: string): Manifest {
  const [found, ...others] = ofKind(environment, kind).filter(({ metadata }) => metadata.name === name);
  if (!found || others.length > 0)
    throw new Error(`${environment} has ${others.length + (found ? 1 : 0)} ${kind}/${name}.`);
  return found;
}

/** What keeps the pods of a service running: a Rollout, or a Deployment where nothing could judge one. */
export const runnerIn = (environment: EnvironmentName, service: string): Manifest =>
  theObject(environment, runnerOf(serviceNamed(catalog, service)).kind, service);

/** A value inside an object by the names and positions that lead to it; undefined where the way ends. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (here, step) => (typeof here === 'object' && here !== null ? Reflect.get(here, step) : undefined),
    value,
  );
}

export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const list = at(value, ...path);
  return Array.isArray(list) ? list : [];
}

/** A string map such as labels; throws where it is something else, so that a test cannot pass on nothing. */
export function textsAt(value: unknown, ...path: readonly (string | number)[]): Readonly<Record<string, string>> {
  const map = at(value, ...path);
  if (typeof map !== 'object' || map === null) throw new Error(`There is no map at ${path.join('.')}.`);
  return Object.fromEntries(Object.entries(map).map(([key, text]) => [key, String(text)]));
}

/** For snapshots: a component, or some of its kinds, as people read it. */
export const yamlOf = (environment: EnvironmentName, component: string, ...kinds: readonly string[]): string =>
  (componentsIn(environment).get(component) ?? [])
    .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
    .map(textOf)
    .join('---\n');

/** Runs with a folder that is gone afterwards. */
export function withFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'gm-charts-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Text by path of every file below a folder. */
export function filesBelow(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(
    paths.map((path) => [relative(folder, path).split(sep).join('/'), readFileSync(path, 'utf8')]),
  );
}
