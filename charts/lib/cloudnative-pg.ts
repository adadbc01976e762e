import { defineKind } from './kind.ts';

/** Kinds of CloudNativePG 1.30 (`postgresql.cnpg.io/v1`) and of its Barman Cloud plugin, the fields in use. */
const API = 'postgresql.cnpg.io/v1';

interface Named {
  readonly name: string;
}

export interface ManagedRole {
  readonly name: string;
  readonly ensure: 'present';
  readonly login: true;
  readonly comment: string;
  readonly passwordSecret: Named;
}

export interface Plugin {
  readonly name: string;
  readonly isWALArchiver?: true;
  readonly parameters: { readonly barmanObjectName: string; readonly serverName?: string };
}

export type Bootstrap =
  | {
      readonly initdb: {
        readonly database: string;
        readonly owner: string;
        readonly secret: Named;
        readonly encoding: 'UTF8';
        readonly localeCollate: string;
        readonly localeCType: string;
        readonly dataChecksums: true;
      };
    }
  | { readonly recovery: { readonly source: string } };

export interface ClusterSpec {
  readonly description: string;
  readonly instances: number;
  readonly imageName: string;
  readonly postgresUID: number;
  readonly postgresGID: number;
  readonly bootstrap: Bootstrap;
  readonly externalClusters?: readonly { readonly name: string; readonly plugin: Plugin }[];
  readonly replica?: { readonly self: string; readonly primary: string; readonly source: string };
  readonly postgresql: {
    readonly shared_preload_libraries: readonly string[];
    readonly parameters: Readonly<Record<string, string>>;
    readonly synchronous?: {
      readonly method: 'any';
      readonly number: number;
      readonly dataDurability: 'preferred';
    };
  };
  readonly managed: { readonly roles: readonly ManagedRole[] };
  readonly certificates: { readonly serverAltDNSNames: readonly string[] };
  readonly enableSuperuserAccess: false;
  readonly enablePDB: boolean;
  readonly primaryUpdateMethod: 'switchover' | 'restart';
  readonly primaryUpdateStrategy: 'unsupervised';
  readonly storage: { readonly size: string; readonly storageClass: string; readonly resizeInUseVolumes: true };
  readonly resources: {
    readonly requests: Readonly<Record<'cpu' | 'memory', string>>;
    readonly limits: Readonly<Record<'memory', string>>;
  };
  readonly affinity: {
    readonly nodeSelector: Readonly<Record<string, string>>;
    readonly tolerations: readonly object[];
    readonly enablePodAntiAffinity: true;
    readonly podAntiAffinityType: 'required' | 'preferred';
    readonly topologyKey: string;
  };
  readonly priorityClassName: string;
  readonly seccompProfile: { readonly type: 'RuntimeDefault' };
  readonly inheritedMetadata: { readonly labels: Readonly<Record<string, string>> };
  readonly plugins: readonly Plugin[];
  readonly monitoring: { readonly enablePodMonitor: false };
}
export const Cluster = defineKind<ClusterSpec>(API, 'Cluster');

export interface DatabaseSpec {
  readonly cluster: Named;
  readonly name: string;
  readonly owner: string;
  readonly databaseReclaimPolicy: 'retain';
  readonly extensions: readonly { readonly name: string; readonly ensure: 'present' }[];
}
export const Database = defineKind<DatabaseSpec>(API, 'Database');

export interface PoolerSpec {
  readonly cluster: Named;
  readonly instances: number;
  readonly type: 'rw';
  readonly pgbouncer: {
    readonly poolMode: 'transaction';
    readonly parameters: Readonly<Record<string, string>>;
  };
  /** A pod template: what the operator adds to its own. */
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: object;
  };
  readonly monitoring: { readonly enablePodMonitor: false };
}
export const Pooler = defineKind<PoolerSpec>(API, 'Pooler');

export interface ScheduledBackupSpec {
  readonly cluster: Named;
  /** Six fields, seconds first. */
  readonly schedule: string;
  readonly immediate: true;
  readonly method: 'plugin';
  readonly pluginConfiguration: Named;
  readonly backupOwnerReference: 'self';
  readonly target: 'prefer-standby';
}
export const ScheduledBackup = defineKind<ScheduledBackupSpec>(API, 'ScheduledBackup');

export interface ObjectStoreSpec {
  readonly retentionPolicy: string;
  readonly configuration: {
    readonly destinationPath: string;
    readonly s3Credentials: { readonly inheritFromIAMRole: true };
    readonly wal: { readonly compression: 'zstd'; readonly maxParallel: number };
    readonly data: { readonly compression: 'gzip'; readonly jobs: number };
  };
  readonly instanceSidecarConfiguration: { readonly resources: ClusterSpec['resources'] };
}
/** Plugin 0.16; no schema of it is at hand, so the verifier says that it went unchecked. */
export const ObjectStore = defineKind<ObjectStoreSpec>('barmancloud.cnpg.io/v1', 'ObjectStore');
