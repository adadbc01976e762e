import { type Given, PRIORITY, RESTRICTED, RESTRICTED_POD } from './given.ts';

/** Parts of the chart that this tree has of its own, or that EKS runs where nobody can ask them. */
const WITHOUT = Object.fromEntries(
  [
    'crds',
    'alertmanager',
    'grafana',
    'prometheus',
    'kubeControllerManager',
    'kubeEtcd',
    'kubeScheduler',
    'kubeProxy',
    'coreDns',
    'windowsMonitoring',
  ].map((part) => [part, { enabled: false }]),
);

export const kubePrometheusStack = (given: Given) => ({
  ...WITHOUT,
  defaultRules: { create: false },
  kubelet: { enabled: true, namespace: 'kube-system' },
  kubeApiServer: { enabled: true },
  prometheusOperator: {
    enabled: true,
    serviceAccount: { create: true, name: given.account('prometheus-operator') },
    // Objects of its kinds are checked before they are merged.
    admissionWebhooks: { enabled: false },
    tls: { enabled: false },
    kubeletService: { enabled: true, namespace: 'kube-system' },
    serviceMonitor: { selfMonitor: false },
    resources: given.size('prometheus-operator'),
    nodeSelector: given.nodeSelector('prometheus-operator'),
    priorityClassName: PRIORITY,
    securityContext: { ...RESTRICTED_POD, runAsUser: 65_534, runAsGroup: 65_534, fsGroup: 65_534 },
    containerSecurityContext: RESTRICTED,
    prometheusConfigReloader: { resources: { requests: { cpu: '5m', memory: '32Mi' }, limits: { memory: '32Mi' } } },
  },
  'kube-state-metrics': {
    replicas: given.replicas('kube-state-metrics'),
    serviceAccount: { create: true, name: given.account('kube-state-metrics') },
    resources: given.size('kube-state-metrics'),
    nodeSelector: given.nodeSelector('kube-state-metrics'),
    prometheus: { monitor: { enabled: false } },
  },
  'prometheus-node-exporter': {
    hostNetwork: true,
    serviceAccount: { create: true, name: given.account('node-exporter') },
    resources: given.size('node-exporter'),
    prometheus: { monitor: { enabled: false } },
  },
});
