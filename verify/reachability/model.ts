import type { Catalog } from '#catalog/index.ts';
import type { Trust } from '../report/model.ts';
import { type Manifest, nameOf } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import type { Resource, Template } from '../tree/template.ts';
import type { Tree } from '../tree/tree.ts';

/** An object that lets something through, and the place in it that does. */
export interface Through {
  readonly file: string;
  readonly object: string;
  readonly path: string;
}

/** Who may do what, in words that both sides of the comparison use, and the objects that let it through. */
export type Flows = ReadonlyMap<string, readonly Through[]>;
/** Who should be able to do what, and where the catalog says so. */
export type Declarations = ReadonlyMap<string, string>;

export interface World {
  readonly tree: Tree;
  readonly catalog: Catalog;
}

/** One place where somebody is let through or not. What it grants is computed from the output alone. */
export interface Layer {
  readonly name: string;
  /** What a clean comparison proves. */
  readonly says: string;
  /** Why there is nothing to judge, if so. */
  absent(world: World): string | undefined;
  /** What it cannot tell apart. */
  trusted?(world: World): readonly Omit<Trust, 'check'>[];
  declared(world: World): Declarations;
  granted(world: World): Flows;
}

export const inManifest = (manifest: Manifest, at: Node | string): Through => ({
  file: manifest.file,
  object: nameOf(manifest),
  path: typeof at === 'string' ? at : at.path,
});

export const inTemplate = (template: Template, { type, logicalId }: Resource, at: Node | string): Through => ({
  file: template.file,
  object: `${type} ${logicalId}`,
  path: typeof at === 'string' ? at : at.path,
});

/** Computes something once for a tree and a catalog, for all layers that need it. */
export function once<T>(compute: (world: World) => T): (world: World) => T {
  const known = new WeakMap<Tree, { readonly catalog: Catalog; readonly value: T }>();
  return (world) => {
    const before = known.get(world.tree);
    if (before?.catalog === world.catalog) return before.value;
    const value = compute(world);
    known.set(world.tree, { catalog: world.catalog, value });
    return value;
  };
}

/** Adds a way to what is let through already; the first way found stays, because one is enough. */
export function grant(flows: Map<string, readonly Through[]>, flow: string, through: readonly Through[]): void {
  if (!flows.has(flow)) flows.set(flow, through);
}

export const WITHOUT_TEMPLATES = 'the templates of AWS were not synthesized';
