import type { OperatorName } from '#catalog/operators/index.ts';
import { argoCd } from './argo-cd.ts';
import { argoRollouts } from './argo-rollouts.ts';
import { awsLoadBalancerController } from './aws-load-balancer-controller.ts';
import { barmanCloud } from './barman-cloud.ts';
import { certManager } from './cert-manager.ts';
import { chaosMesh } from './chaos-mesh.ts';
import { cloudNativePg } from './cloudnative-pg.ts';
import { clusterAutoscaler } from './cluster-autoscaler.ts';
import { externalDns } from './external-dns.ts';
import { externalSecrets } from './external-secrets.ts';
import type { Given } from './given.ts';
import { istioBase, istioCni, istiod } from './istio.ts';
import { egressGateway, ingressGateway } from './istio-gateways.ts';
import { keda } from './keda.ts';
import { kubePrometheusStack } from './kube-prometheus-stack.ts';
import { kyverno } from './kyverno.ts';
import { metricsServer } from './metrics-server.ts';
import { snapshotController } from './snapshot-controller.ts';
import { strimzi } from './strimzi.ts';
import { velero } from './velero.ts';
import { verticalPodAutoscaler } from './vertical-pod-autoscaler.ts';

/** Values of the pinned charts, by the names that their values.yaml gives. */
export const OPERATOR_VALUES = {
  'argo-cd': argoCd,
  'prometheus-operator-crds': () => ({}),
  'cert-manager': certManager,
  'external-secrets': externalSecrets,
  kyverno,
  'istio-base': istioBase,
  'istio-cni': istioCni,
  istiod,
  'argo-rollouts': argoRollouts,
  'metrics-server': metricsServer,
  'cluster-autoscaler': clusterAutoscaler,
  'aws-load-balancer-controller': awsLoadBalancerController,
  'external-dns': externalDns,
  'snapshot-controller': snapshotController,
  'vertical-pod-autoscaler': verticalPodAutoscaler,
  'kube-prometheus-stack': kubePrometheusStack,
  keda,
  strimzi,
  'cloudnative-pg': cloudNativePg,
  'barman-cloud': barmanCloud,
  velero,
  'chaos-mesh': chaosMesh,
  'ingress-gateway': ingressGateway,
  'egress-gateway': egressGateway,
} as const satisfies Record<OperatorName, (given: Given) => object>;
