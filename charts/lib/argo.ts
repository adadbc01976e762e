import { defineKind } from './kind.ts';

/** Kinds of Argo CD 3.5 (`argoproj.io/v1alpha1`), the fields in use. */
const API = 'argoproj.io/v1alpha1';

/** The cluster that Argo CD runs in. */
export const THIS_CLUSTER = 'https://kubernetes.default.svc';

export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

export interface AppProjectSpec {
  readonly description: string;
  readonly sourceRepos: readonly string[];
  readonly destinations: readonly { readonly server: string; readonly namespace: string }[];
  readonly clusterResourceWhitelist: readonly GroupKind[];
  readonly namespaceResourceWhitelist: readonly GroupKind[];
}
export const AppProject = defineKind<AppProjectSpec>(API, 'AppProject');

export type ApplicationSource =
  | { readonly repoURL: string; readonly targetRevision: string; readonly path: string }
  | {
      readonly repoURL: string;
      readonly targetRevision: string;
      readonly chart: string;
      readonly helm: { readonly releaseName: string; readonly valuesObject: object };
    };

export interface SyncPolicy {
  readonly automated?: { readonly prune: true; readonly selfHeal: true };
  readonly syncOptions: readonly string[];
  readonly retry: {
    readonly limit: number;
    readonly backoff: { readonly duration: string; readonly factor: number; readonly maxDuration: string };
  };
}

export interface ApplicationSpec {
  readonly project: string;
  readonly source: ApplicationSource;
  readonly destination: { readonly server: string; readonly namespace: string };
  readonly revisionHistoryLimit: number;
  readonly syncPolicy: SyncPolicy;
}
export const Application = defineKind<ApplicationSpec>(API, 'Application');
