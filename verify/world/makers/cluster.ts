import type { Maker } from '../made.ts';

/** What Kubernetes itself, and Istio where it injects, put into every namespace. */
export const cluster: readonly Maker[] = [
  {
    kind: 'Namespace',
    group: '',
    source:
      'Kubernetes documentation, «Configure Service Accounts for Pods»; kube-controller-manager, root CA publisher',
    makes: ({ name }) => ({
      serviceAccounts: [{ namespace: name, name: 'default' }],
      configMaps: [{ namespace: name, name: 'kube-root-ca.crt', keys: new Set(['ca.crt']) }],
    }),
  },
  {
    kind: 'Certificate',
    group: 'cert-manager.io',
    source: 'cert-manager documentation, «Certificate resource», target secret',
    makes: ({ namespace = '', root }) => {
      const name = root.at('spec.secretName').text;
      return name ? { secrets: [{ namespace, name, keys: new Set(['tls.crt', 'tls.key', 'ca.crt']) }] } : {};
    },
  },
];
