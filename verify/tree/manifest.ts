import type { EnvironmentName } from '#catalog/index.ts';
import { type Fields, Node } from './node.ts';

/** One Kubernetes object of the synthesized tree, and where it stands. */
export interface Manifest {
  readonly environment: EnvironmentName;
  /** Relative to the root that was verified. */
  readonly file: string;
  /** The document's place in its file, from 0. */
  readonly index: number;
  readonly apiVersion: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Absent for cluster-wide objects. */
  readonly namespace?: string;
  readonly name: string;
  readonly object: Fields;
  /** The object as a place to go down from. */
  readonly root: Node;
}

export interface ManifestPlace {
  readonly environment: EnvironmentName;
  readonly file: string;
  readonly index: number;
}

/** Splits `apps/v1` and `v1`. */
export function groupAndVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** A document as a manifest, or the field that it lacks to be one. */
export function toManifest(object: Fields, place: ManifestPlace): Manifest | { readonly lacks: string } {
  const root = new Node(object);
  const apiVersion = root.key('apiVersion').text;
  const kind = root.key('kind').text;
  const name = root.at('metadata.name').text;
  const namespace = root.at('metadata.namespace').text;
  if (!apiVersion) return { lacks: 'apiVersion' };
  if (!kind) return { lacks: 'kind' };
  if (!name) return { lacks: 'metadata.name' };
  return {
    ...place,
    ...groupAndVersion(apiVersion),
    apiVersion,
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    object,
    root,
  };
}

/** `Deployment gamemetrics/analytics-api`, `Namespace kafka`. */
export function nameOf({ kind, namespace, name }: Pick<Manifest, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
