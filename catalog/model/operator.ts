export interface Namespace {
  readonly name: string;
  readonly summary: string;
  readonly owner: string;
  /** Pod Security Standard that is enforced. */
  readonly podSecurity: 'restricted' | 'baseline' | 'privileged';
  /** Why it is not restricted. */
  readonly reason?: string;
  readonly istioInjection: boolean;
  /** Base-load ceiling of the namespace: requests of CPU in millicores and memory in MiB, and pods. */
  readonly quota: { readonly cpuMillis: number; readonly memoryMiB: number; readonly pods: number };
}

/** Software of others that runs in the cluster, installed from a pinned chart by Argo CD. */
export interface Operator {
  readonly name: string;
  readonly namespace: string;
  readonly summary: string;
  readonly chart: { readonly repository: string; readonly name: string; readonly version: string };
  readonly licence: string;
  /** API groups whose kinds it serves. */
  readonly apiGroups: readonly string[];
}
