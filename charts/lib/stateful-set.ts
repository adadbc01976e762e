import type { Environment } from '#catalog/index.ts';
import { defineKind } from './kind.ts';
import { gibibytes } from './quantities.ts';

export interface StatefulSetSpec {
  readonly serviceName: string;
  readonly replicas: number;
  readonly podManagementPolicy: 'Parallel' | 'OrderedReady';
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly updateStrategy: { readonly type: 'RollingUpdate' };
  readonly persistentVolumeClaimRetentionPolicy: {
    readonly whenDeleted: 'Retain' | 'Delete';
    readonly whenScaled: 'Retain';
  };
  readonly template: object;
  readonly volumeClaimTemplates: readonly object[];
}
export const StatefulSet = defineKind<StatefulSetSpec>('apps/v1', 'StatefulSet');

/** Volumes go with their set where data goes with its environment; a smaller set keeps what it had. */
export const claimsKept = ({ retainData }: Environment): StatefulSetSpec['persistentVolumeClaimRetentionPolicy'] => ({
  whenDeleted: retainData ? 'Retain' : 'Delete',
  whenScaled: 'Retain',
});

export const claimOf = (name: string, storageClassName: string, storageGiB: number): object => ({
  metadata: { name },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName,
    resources: { requests: { storage: gibibytes(storageGiB) } },
  },
});
