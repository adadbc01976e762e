import type { Catalog } from '#catalog/index.ts';
import { shown } from '../schemas/violation.ts';
import { type Manifest, nameOf } from '../tree/manifest.ts';
import type { Resource, Template } from '../tree/template.ts';
import type { Tree } from '../tree/tree.ts';

/** What an object must say or says, by its path in the object; absent facts are not compared. */
export type Facts = Readonly<Record<string, string | undefined>>;

/** Something that the catalog declares. */
export interface Declared {
  /** What both sides agree on; unique within a row. */
  readonly key: string;
  /** Where the catalog declares it. */
  readonly by: string;
  readonly facts?: Facts;
}

/** Something that the output has. */
export interface Found {
  readonly key: string;
  readonly file: string;
  readonly object: string;
  readonly facts?: Facts;
}

export interface Mismatch {
  readonly file: string;
  readonly object: string;
  readonly path: string;
  readonly value: string;
  readonly rule: string;
  readonly fix: string;
}

export interface Surroundings {
  readonly tree: Tree;
  readonly catalog: Catalog;
}

/** One kind of thing that the catalog and the output must agree on, in both directions. */
export interface ParityRow {
  readonly kind: string;
  readonly says: string;
  /** Whether it rests on the templates of AWS. */
  readonly inTemplates?: boolean;
  declared(surroundings: Surroundings): readonly Declared[];
  found(surroundings: Surroundings): readonly Found[];
}

export const foundIn = (manifest: Manifest, key: string, facts: Facts = {}): Found => ({
  key,
  file: manifest.file,
  object: nameOf(manifest),
  facts,
});

export const foundInTemplate = (
  place: { readonly template: Template; readonly resource: Resource },
  key: string,
  facts: Facts = {},
): Found => ({
  key,
  file: place.template.file,
  object: `${place.resource.type} ${place.resource.logicalId}`,
  facts,
});

const CATALOG = 'catalog';

function differences(
  { facts: wanted = {}, by }: Declared,
  { facts: has = {}, file, object }: Found,
): readonly Mismatch[] {
  return Object.entries(wanted).flatMap(([path, value]): readonly Mismatch[] => {
    const actual = has[path];
    if (value === undefined || value === actual) return [];
    const rule = `${by} in the catalog says «${shown(value)}»`;
    return [
      { file, object, path, value: shown(actual ?? 'missing'), rule, fix: 'Synthesize again, or change the catalog' },
    ];
  });
}

/** What is declared and missing, what is there and undeclared, and what says something else. */
export function mismatches({ kind, declared, found }: ParityRow, surroundings: Surroundings): readonly Mismatch[] {
  const wanted = new Map(declared(surroundings).map((entry) => [entry.key, entry]));
  const there = Map.groupBy(found(surroundings), ({ key }) => key);
  const missing = [...wanted.values()].filter(({ key }) => !there.has(key));
  const extra = [...there].filter(([key]) => !wanted.has(key)).flatMap(([, entries]) => entries);
  const both = [...there].flatMap(([key, entries]) => {
    const entry = wanted.get(key);
    return entry ? entries.flatMap((one) => differences(entry, one)) : [];
  });
  return [
    ...missing.map(({ key, by }) => ({
      file: CATALOG,
      object: by,
      path: kind,
      value: key,
      rule: `the catalog declares this ${kind}, and the output does not have it`,
      fix: 'Synthesize again; if it stays, charts or infra leave it out',
    })),
    ...extra.map(({ key, file, object }) => ({
      file,
      object,
      path: kind,
      value: key,
      rule: `the output has this ${kind}, and the catalog does not declare it`,
      fix: 'Declare it in the catalog, or remove it',
    })),
    ...both,
  ];
}
