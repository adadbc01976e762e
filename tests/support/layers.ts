import { dirname, join } from 'node:path/posix';

/** Who may import whom: the table of the architecture, each layer with the layers that it may use beside itself. */
export const layers = {
  catalog: [],
  chaos: ['catalog'],
  verify: ['catalog'],
  kit: ['catalog'],
  sdk: ['catalog'],
  infra: ['catalog', 'chaos'],
  charts: ['catalog', 'chaos'],
  services: ['kit', 'catalog'],
  local: ['catalog', 'chaos', 'kit'],
  load: ['catalog', 'kit', 'sdk'],
  bin: ['catalog', 'chaos', 'verify', 'kit', 'sdk', 'infra', 'charts', 'local', 'load'],
  tests: ['catalog', 'chaos', 'verify', 'kit', 'sdk', 'infra', 'charts', 'services', 'local', 'load', 'bin'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Layer = keyof typeof layers;

const isLayer = (name: string): name is Layer => Object.hasOwn(layers, name);

/** A test belongs to the layer tests, wherever it stands. */
export function layerOf(file: string): Layer | undefined {
  if (/\.test\.tsx?$/.test(file)) return 'tests';
  const [folder = ''] = file.split('/');
  return isLayer(folder) ? folder : undefined;
}

/** The file of ours that an import leads to, relative to the root; nothing for packages. */
export function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return join(dirname(file), specifier);
  return specifier.startsWith('#') ? specifier.slice(1) : undefined;
}

/** Parts of a service, and what each may import of its own service. */
const parts = {
  index: ['index', 'edges', 'web', 'settings', 'domain'],
  edges: ['edges', 'web', 'settings', 'domain'],
  web: ['web', 'domain'],
  settings: ['settings', 'domain'],
  domain: ['domain'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type Part = keyof typeof parts;

/** Programs of a service; what else stands at its root describes it: environment, metrics, errors. */
const PROGRAMS: ReadonlySet<string> = new Set(['index.ts', 'migrate.ts', 'publish-schemas.ts']);

function partOf(file: string): Part {
  const [, , first = ''] = file.split('/');
  if (first === 'domain' || first === 'edges' || first === 'web') return first;
  return PROGRAMS.has(first) ? 'index' : 'settings';
}

const serviceOf = (file: string): string => file.split('/')[1] ?? '';

/** Packages and modules that only compute; a domain has no input, no output, no clock and no framework. */
const COMPUTING: ReadonlySet<string> = new Set([
  'ajv',
  'ajv-formats',
  'graphql',
  'node:buffer',
  'node:crypto',
  'node:util',
  'typebox',
]);

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

function insideService(file: string, target: string): string | undefined {
  const part = partOf(file);
  const allowed: readonly string[] = parts[part];
  if (serviceOf(file) !== serviceOf(target)) return `services never meet; ${file} may use kit, catalog and itself`;
  if (allowed.includes(partOf(target))) return undefined;
  return `${part} of a service may use ${allowed.join(', ')} of it (index → edges → domain)`;
}

function outsideDomain(specifier: string, target: string | undefined): string | undefined {
  if (target === undefined)
    return COMPUTING.has(packageOf(specifier))
      ? undefined
      : `a domain only computes; of packages it may use ${[...COMPUTING].join(', ')}`;
  return layerOf(target) === 'catalog' ? undefined : 'a domain may use the catalog and itself';
}

/** Why a file must not import this, as a sentence; nothing when it may. */
export function forbidden(file: string, specifier: string): string | undefined {
  const layer = layerOf(file);
  const target = targetOf(file, specifier);
  if (layer === undefined) return target === undefined ? undefined : 'a file outside the layers imports none of them';
  if (layer === 'tests') return undefined;
  const own = target === undefined ? undefined : layerOf(target);
  if (own === 'tests') return 'nothing imports tests';
  const isDomain = layer === 'services' && partOf(file) === 'domain';
  if (own === 'services' && layer === 'services') return insideService(file, target ?? '');
  if (isDomain) return outsideDomain(specifier, target);
  if (own === undefined || own === layer) return undefined;
  const allowed: readonly string[] = layers[layer];
  if (allowed.includes(own)) return undefined;
  return `the layer ${layer} may use ${allowed.join(', ') || 'nothing of ours'}`;
}

/** Inside a layer imports are relative, across layers they are subpaths, so that a move inside a layer touches only it. */
export function wrongForm(file: string, specifier: string): string | undefined {
  const target = targetOf(file, specifier);
  if (target === undefined || layerOf(target) === undefined || layerOf(file) === 'tests') return undefined;
  const across = target.split('/')[0] !== file.split('/')[0];
  if (across && specifier.startsWith('.')) return `across layers write «#${target}»`;
  return !across && specifier.startsWith('#') ? 'inside a layer write a relative path' : undefined;
}
