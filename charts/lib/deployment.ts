import { defineKind } from './kind.ts';

export interface DeploymentSpec {
  readonly replicas?: number;
  readonly revisionHistoryLimit: number;
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly strategy: {
    readonly type: 'RollingUpdate';
    readonly rollingUpdate: { readonly maxUnavailable: number | string; readonly maxSurge: number | string };
  };
  /** As JSON: whatever else runs pods takes the same template. */
  readonly template: object;
}
export const Deployment = defineKind<DeploymentSpec>('apps/v1', 'Deployment');
