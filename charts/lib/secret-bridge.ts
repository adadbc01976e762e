import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { SecretStore, type StoreRef } from './external-secrets.ts';

/** Kubernetes puts the API server's certificate authority into every namespace under this name. */
const CLUSTER_CA = { type: 'ConfigMap', name: 'kube-root-ca.crt', key: 'ca.crt' } as const;

export const bridgeStore = (namespace: string): StoreRef => ({ kind: 'SecretStore', name: namespace });

/**
 * Lets External Secrets copy named secrets of another namespace into the services' namespace, where their operator writes
 * them, as a service account that may read these and no others.
 */
export class SecretBridge extends Construct {
  constructor(scope: Construct, namespace: string, secrets: readonly string[]) {
    super(scope, `bridge-${namespace}`);
    const reader = `${namespace}-secret-reader`;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: { name: reader, namespace: SERVICES_NAMESPACE },
      automountServiceAccountToken: false,
    });
    new k8s.KubeRole(this, 'role', {
      metadata: { name: reader, namespace },
      rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: [...secrets].sort(), verbs: ['get'] }],
    });
    new k8s.KubeRoleBinding(this, 'binding', {
      metadata: { name: reader, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: reader },
      subjects: [{ kind: 'ServiceAccount', name: reader, namespace: SERVICES_NAMESPACE }],
    });
    new SecretStore(this, 'store', {
      metadata: { name: bridgeStore(namespace).name, namespace: SERVICES_NAMESPACE },
      spec: {
        provider: {
          kubernetes: {
            remoteNamespace: namespace,
            server: { caProvider: CLUSTER_CA },
            auth: { serviceAccount: { name: reader } },
          },
        },
      },
    });
  }
}
