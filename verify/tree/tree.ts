import type { Environment } from '#catalog/index.ts';
import type { Manifest } from './manifest.ts';
import type { Resource, Template } from './template.ts';

export interface TreeContent {
  readonly environment: Environment;
  readonly manifests: readonly Manifest[];
  /** Absent when the environment's templates were not synthesized: what rests on them is then taken on trust. */
  readonly templates?: readonly Template[];
}

/** The synthesized output of one environment, with the look-ups that checks share. */
export class Tree {
  readonly environment: Environment;
  readonly manifests: readonly Manifest[];
  readonly templates: readonly Template[];
  readonly hasTemplates: boolean;
  readonly #byKind: ReadonlyMap<string, readonly Manifest[]>;
  readonly #byType: ReadonlyMap<string, readonly Resource[]>;
  readonly #memory = new Map<(tree: Tree) => unknown, unknown>();

  constructor({ environment, manifests, templates }: TreeContent) {
    this.environment = environment;
    this.manifests = manifests;
    this.templates = templates ?? [];
    this.hasTemplates = templates !== undefined;
    this.#byKind = Map.groupBy(manifests, ({ kind }) => kind);
    this.#byType = Map.groupBy(
      this.templates.flatMap(({ resources }) => resources),
      ({ type }) => type,
    );
  }

  /** Objects of a kind; name the group where two groups have the kind (`Cluster`, `Service`, `Gateway`). */
  ofKind(kind: string, group?: string): readonly Manifest[] {
    const all = this.#byKind.get(kind) ?? [];
    return group === undefined ? all : all.filter((manifest) => manifest.group === group);
  }

  /** One object; `namespace` undefined means cluster-wide. */
  find(kind: string, namespace: string | undefined, name: string): Manifest | undefined {
    return this.ofKind(kind).find((manifest) => manifest.name === name && manifest.namespace === namespace);
  }

  /** CloudFormation resources of a type, over all stacks of the environment. */
  resources(type: string): readonly Resource[] {
    return this.#byType.get(type) ?? [];
  }

  /** Computes something of the whole tree once, for all rows and checks that need it. */
  derive<T>(compute: (tree: Tree) => T): T {
    if (!this.#memory.has(compute)) this.#memory.set(compute, compute(this));
    // The map holds under a function only what that function returned.
    return this.#memory.get(compute) as T;
  }
}
