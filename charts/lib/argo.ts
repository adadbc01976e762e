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

interface HelmRelease {
  readonly releaseName: string;
  readonly valuesObject: object;
}

interface VersionedSource {
  readonly repoURL: string;
  readonly targetRevision: string;
}

/** A folder of a repository, which may be a chart, or a chart of a registry. */
export type ApplicationSource =
  | (VersionedSource & { readonly path: string; readonly helm?: HelmRelease })
  | (VersionedSource & { readonly chart: string; readonly helm: HelmRelease });

/** Fields that somebody else writes, left out of the comparison of what should be with what is. */
export interface IgnoredDifference {
  readonly group: string;
  readonly kind: string;
  readonly name?: string;
  readonly jqPathExpressions: readonly string[];
}

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
  readonly ignoreDifferences?: readonly IgnoredDifference[];
  readonly syncPolicy: SyncPolicy;
}
export const Application = defineKind<ApplicationSpec>(API, 'Application');
