import { SECRET_REFRESH } from '#catalog/databases.ts';
import { defineKind } from './kind.ts';

/** Kinds of External Secrets 2.9 (`external-secrets.io/v1`), the fields in use. */
const API = 'external-secrets.io/v1';

export interface ClusterSecretStoreSpec {
  /** Namespaces whose ExternalSecrets may use it. */
  readonly conditions: readonly { readonly namespaces: readonly string[] }[];
  readonly provider: { readonly aws: { readonly service: 'SecretsManager'; readonly region: string } };
}
export const ClusterSecretStore = defineKind<ClusterSecretStoreSpec>(API, 'ClusterSecretStore');

export interface SecretStoreSpec {
  readonly provider: {
    readonly kubernetes: {
      readonly remoteNamespace: string;
      readonly server: {
        readonly caProvider: { readonly type: 'ConfigMap'; readonly name: string; readonly key: string };
      };
      readonly auth: { readonly serviceAccount: { readonly name: string } };
    };
  };
}
export const SecretStore = defineKind<SecretStoreSpec>(API, 'SecretStore');

export interface RemoteValue {
  /** Under which the template finds it: letters, digits and underscores. */
  readonly secretKey: string;
  readonly remoteRef: { readonly key: string; readonly property: string };
}

export interface StoreRef {
  readonly kind: 'ClusterSecretStore' | 'SecretStore';
  readonly name: string;
}

export interface ExternalSecretSpec {
  readonly refreshInterval: string;
  readonly secretStoreRef: StoreRef;
  readonly data: readonly RemoteValue[];
  readonly target: {
    readonly name: string;
    readonly creationPolicy: 'Owner';
    readonly deletionPolicy: 'Retain';
    /** The keys of the secret and how each is made of the values; nothing else gets into it. */
    readonly template: {
      readonly type?: string;
      readonly metadata?: { readonly labels: Readonly<Record<string, string>> };
      readonly engineVersion: 'v2';
      readonly mergePolicy: 'Replace';
      readonly data: Readonly<Record<string, string>>;
    };
  };
}
export const ExternalSecret = defineKind<ExternalSecretSpec>(API, 'ExternalSecret');

export interface SecretContent {
  readonly store: StoreRef;
  readonly values: readonly RemoteValue[];
  /** Key of the secret → Go template over the values. */
  readonly keys: Readonly<Record<string, string>>;
  /** What kind of secret its reader expects, and by which labels it finds it. */
  readonly shape?: { readonly type?: string; readonly labels: Readonly<Record<string, string>> };
}

/** A secret of exactly these keys; it stays when its source is away, so that a restart still finds it. */
export function externalSecretSpec(name: string, { store, values, keys, shape }: SecretContent): ExternalSecretSpec {
  return {
    refreshInterval: SECRET_REFRESH,
    secretStoreRef: store,
    data: values,
    target: {
      name,
      creationPolicy: 'Owner',
      deletionPolicy: 'Retain',
      template: {
        ...(shape?.type ? { type: shape.type } : {}),
        ...(shape ? { metadata: { labels: shape.labels } } : {}),
        engineVersion: 'v2',
        mergePolicy: 'Replace',
        data: keys,
      },
    },
  };
}

/** A template that gives one value as it is. */
export const asIs = (secretKey: string): string => `{{ .${secretKey} }}`;
