import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { type Given, PRIORITY } from './given.ts';

export const keda = (given: Given) => ({
  watchNamespace: SERVICES_NAMESPACE,
  operator: { replicaCount: given.replicas('keda-operator') },
  metricsServer: { replicaCount: given.replicas('keda-metrics') },
  webhooks: { replicaCount: given.replicas('keda-webhooks') },
  serviceAccount: {
    operator: { name: given.account('keda-operator') },
    metricServer: { name: given.account('keda-metrics') },
    webhooks: { name: given.account('keda-webhooks') },
  },
  priorityClassName: PRIORITY,
  nodeSelector: given.nodeSelector('keda-operator'),
  resources: {
    operator: given.size('keda-operator'),
    metricServer: given.size('keda-metrics'),
    webhooks: given.size('keda-webhooks'),
  },
});
