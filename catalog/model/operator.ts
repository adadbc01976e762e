import type { Footprint } from './footprint.ts';

export interface Namespace {
  readonly name: string;
  readonly summary: string;
  readonly owner: string;
  /** Pod Security Standard that is enforced. */
  readonly podSecurity: 'restricted' | 'baseline' | 'privileged';
  /** Why it is not restricted. */
  readonly reason?: string;
  /** Every pod gets a proxy, none does, or those that ask for one. */
  readonly istioInjection: boolean | 'who asks';
  /** Base-load ceiling of the namespace: requests of CPU in millicores and memory in MiB, and pods. */
  readonly quota: { readonly cpuMillis: number; readonly memoryMiB: number; readonly pods: number };
}

/** Where the manifests of an operator come from: a chart at a version, or a chart in a folder of a repository at a tag. */
export type OperatorSource =
  | { readonly kind: 'chart'; readonly repository: string; readonly name: string; readonly version: string }
  | { readonly kind: 'git'; readonly repository: string; readonly path: string; readonly tag: string };

/** Software of others that runs in the cluster, installed from a pinned source by Argo CD. */
export interface Operator extends Footprint {
  readonly source: OperatorSource;
  readonly licence: string;
  /** API groups whose kinds it serves. */
  readonly apiGroups: readonly string[];
  /** Operators that have to run before it is applied. */
  readonly after: readonly string[];
}
