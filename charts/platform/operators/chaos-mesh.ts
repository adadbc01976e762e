import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { type Given, PRIORITY } from './given.ts';

export const chaosMesh = (given: Given) => ({
  controllerManager: {
    replicaCount: given.replicas('chaos-controller'),
    serviceAccount: given.account('chaos-controller'),
    resources: given.size('chaos-controller'),
    nodeSelector: given.nodeSelector('chaos-controller'),
    priorityClassName: PRIORITY,
    env: {
      METRICS_PORT: given.port('chaos-controller', 'http'),
      WEBHOOK_PORT: given.port('chaos-controller', 'webhook'),
    },
    // Faults reach namespaces that say so by an annotation, and no others.
    enableFilterNamespace: true,
    targetNamespace: SERVICES_NAMESPACE,
  },
  chaosDaemon: {
    serviceAccount: given.account('chaos-daemon'),
    resources: given.size('chaos-daemon'),
    runtime: 'containerd',
    socketPath: '/run/containerd/containerd.sock',
    tolerations: [{ operator: 'Exists' }],
  },
  dnsServer: {
    create: true,
    serviceAccount: given.account('chaos-dns'),
    replicas: given.replicas('chaos-dns'),
    resources: given.size('chaos-dns'),
    nodeSelector: given.nodeSelector('chaos-dns'),
  },
  // Otherwise the chart makes new certificates each time it is rendered.
  webhook: { certManager: { enabled: true } },
  dashboard: { create: false },
  prometheus: { create: false },
});
