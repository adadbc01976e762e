import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog, type EnvironmentName, environmentNamed } from '#catalog/index.ts';
import { synthesizeCharts } from '#charts/app.ts';
import { synthesizeInfra } from '#infra/synthesize.ts';
import { loadTree } from '#verify/tree/load.ts';
import { type Manifest, toManifest } from '#verify/tree/manifest.ts';
import { Node } from '#verify/tree/node.ts';
import type { Template } from '#verify/tree/template.ts';
import { Tree } from '#verify/tree/tree.ts';

const synthesized = new Map<EnvironmentName, Promise<Tree>>();

async function synthesize(name: EnvironmentName): Promise<Tree> {
  const root = mkdtempSync(join(tmpdir(), 'gm-output-'));
  try {
    synthesizeCharts({ environments: [name], outdir: join(root, 'gitops'), images: {} });
    synthesizeInfra({ environments: [name], outdir: join(root, 'aws') });
    const { tree, problems } = await loadTree(root, environmentNamed(catalog, name));
    if (problems.length > 0) throw new Error(`The output of ${name} cannot be read: ${JSON.stringify(problems[0])}`);
    return tree;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** What synth writes for an environment, as the verifier reads it; synthesized once a test file. */
export function outputOf(name: EnvironmentName): Promise<Tree> {
  const tree = synthesized.get(name) ?? synthesize(name);
  synthesized.set(name, tree);
  return tree;
}

type Container = Record<string, unknown>;

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** `spec.containers[0].env` and `data["a.b"]` → keys. */
const keysOf = (path: string): readonly string[] =>
  [...path.matchAll(/\["(?<quoted>[^"]+)"\]|\[(?<index>\d+)\]|(?<name>[^.[\]]+)/g)].map(
    ({ groups }) => groups?.quoted ?? groups?.index ?? groups?.name ?? '',
  );

/** Walks to the object or list that holds the last key of a path. */
function holderOf(root: unknown, path: string): { readonly holder: Container; readonly key: string } {
  const keys = keysOf(path);
  const key = keys.at(-1) ?? '';
  const holder = keys
    .slice(0, -1)
    .reduce<unknown>((value, name) => (isContainer(value) ? value[name] : undefined), root);
  if (!isContainer(holder)) throw new Error(`There is nothing at ${path}.`);
  return { holder, key };
}

export function set(root: unknown, path: string, value: unknown): void {
  const { holder, key } = holderOf(root, path);
  holder[key] = value;
}

export function unset(root: unknown, path: string): void {
  const { holder, key } = holderOf(root, path);
  if (!(key in holder)) throw new Error(`There is nothing at ${path}.`);
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

export function rename(root: unknown, path: string, name: string): void {
  const { holder, key } = holderOf(root, path);
  const value = holder[key];
  unset(root, path);
  holder[name] = value;
}

export function get(root: unknown, path: string): unknown {
  const { holder, key } = holderOf(root, path);
  return holder[key];
}

/** A copy of an environment's output that may be broken without harm to the original. */
export class Draft {
  readonly #tree: Tree;
  readonly #manifests: Manifest[];
  readonly #templates: Template[];

  constructor(tree: Tree) {
    this.#tree = tree;
    this.#manifests = [...tree.manifests];
    this.#templates = [...tree.templates];
  }

  /** The plain object of a manifest, to be changed in place; `key` is `Kind name` or `Kind namespace/name`. */
  object(key: string): unknown {
    const index = this.#indexOf(key);
    const original = this.#manifests[index];
    if (!original) throw new Error(`There is no ${key}.`);
    const object: unknown = structuredClone(original.object);
    this.#objects.set(index, object);
    return object;
  }

  /** Objects that were handed out, by their place; they become manifests when the draft is done. */
  readonly #objects = new Map<number, unknown>();

  set(key: string, path: string, value: unknown): void {
    set(this.#again(key), path, value);
  }

  unset(key: string, path: string): void {
    unset(this.#again(key), path);
  }

  rename(key: string, path: string, name: string): void {
    rename(this.#again(key), path, name);
  }

  remove(key: string): void {
    this.#manifests.splice(this.#indexOf(key), 1);
  }

  add(object: Readonly<Record<string, unknown>>): void {
    const made = toManifest(object, { environment: this.#tree.environment.name, file: 'gitops/added.yaml', index: 0 });
    if ('lacks' in made) throw new Error(`The added object lacks ${made.lacks}.`);
    this.#manifests.push(made);
  }

  /** Changes the properties of every resource of a type in the templates. */
  changeResources(type: string, change: (properties: unknown) => void): void {
    for (const [index, template] of this.#templates.entries()) {
      const resources = template.resources.map((resource) => {
        if (resource.type !== type) return resource;
        const properties: unknown = structuredClone(resource.properties.value);
        change(properties);
        return { ...resource, properties: new Node(properties, resource.properties.path) };
      });
      this.#templates[index] = { ...template, resources };
    }
  }

  /** Changes the properties of one resource, or takes it out of its stack when nothing is given. */
  changeResource(
    of: { readonly stack: string; readonly logicalId: string },
    change?: (properties: unknown) => void,
  ): void {
    const index = this.#templates.findIndex(({ stack }) => stack === of.stack);
    const template = this.#templates[index];
    if (!template) throw new Error(`There is no stack ${of.stack}.`);
    const resources = template.resources.flatMap((resource) => {
      if (resource.logicalId !== of.logicalId) return [resource];
      if (!change) return [];
      const properties: unknown = structuredClone(resource.properties.value);
      change(properties);
      return [{ ...resource, properties: new Node(properties, resource.properties.path) }];
    });
    this.#templates[index] = { ...template, resources };
  }

  removeTemplates(matches: RegExp): void {
    const kept = this.#templates.filter(({ stack }) => !matches.test(stack));
    this.#templates.splice(0, this.#templates.length, ...kept);
  }

  get tree(): Tree {
    for (const [index, object] of this.#objects) {
      const original = this.#manifests[index];
      const made = original && isContainer(object) ? toManifest(object, original) : undefined;
      if (made && !('lacks' in made)) this.#manifests[index] = made;
    }
    return new Tree({ environment: this.#tree.environment, manifests: this.#manifests, templates: this.#templates });
  }

  #indexOf(key: string): number {
    return this.#manifests.findIndex(
      ({ kind, namespace, name }) => key === `${kind} ${name}` || key === `${kind} ${namespace}/${name}`,
    );
  }

  #again(key: string): unknown {
    return this.#objects.get(this.#indexOf(key)) ?? this.object(key);
  }
}
