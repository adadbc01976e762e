import { defineKind } from './kind.ts';

/** Kinds of Velero 1.18 (`velero.io/v1`) and of the snapshot controller 8.6, the fields in use. */
const API = 'velero.io/v1';

export interface BackupStorageLocationSpec {
  readonly provider: 'aws';
  readonly default: true;
  readonly accessMode: 'ReadWrite' | 'ReadOnly';
  readonly objectStorage: { readonly bucket: string };
  readonly config: { readonly region: string };
  readonly validationFrequency: string;
}
export const BackupStorageLocation = defineKind<BackupStorageLocationSpec>(API, 'BackupStorageLocation');

export interface ScheduleSpec {
  readonly schedule: string;
  readonly useOwnerReferencesInBackup: false;
  readonly template: {
    readonly ttl: string;
    readonly storageLocation: string;
    readonly includedNamespaces: readonly string[];
    readonly excludedNamespaceScopedResources: readonly string[];
    readonly includeClusterResources: true;
    readonly snapshotVolumes: true;
    readonly snapshotMoveData: false;
    readonly defaultVolumesToFsBackup: false;
    readonly csiSnapshotTimeout: string;
    readonly resourcePolicy: { readonly kind: 'ConfigMap'; readonly name: string };
  };
}
export const Schedule = defineKind<ScheduleSpec>(API, 'Schedule');
