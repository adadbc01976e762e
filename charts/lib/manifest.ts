import { Yaml } from 'cdk8s';
import type { Component } from './component.ts';
import { waveOf } from './waves.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** What names an object in a cluster, and so its file in the tree. */
export const identityOf = ({ kind, metadata }: Manifest): string =>
  [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join('.');

const orderOf = (manifest: Manifest): string => `${waveOf(manifest.kind) + 100} ${identityOf(manifest)}`;
const byOrder = (a: Manifest, b: Manifest): number => (orderOf(a) < orderOf(b) ? -1 : 1);

/** The objects of a component by wave, kind, namespace and name; keys inside are sorted by cdk8s. */
export function manifestsOf(component: Component): readonly Manifest[] {
  // cdk8s types its JSON as any; every ApiObject has these fields by construction.
  const manifests: readonly Manifest[] = component.toJson();
  return [...manifests].sort(byOrder);
}

/** One file an object, so that a pull request shows what changed by its name. */
export const fileOf = (manifest: Manifest): string => `${identityOf(manifest)}.yaml`;

/** YAML 1.1, which Kubernetes reads: texts such as `on` and `1e3` are quoted. */
export const textOf = (manifest: Manifest): string => Yaml.stringify(manifest);
