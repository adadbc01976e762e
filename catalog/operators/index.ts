import type { Operator } from '../model/index.ts';
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
import { istioBase } from './istio-base.ts';
import { istioCni } from './istio-cni.ts';
import { egressGateway, ingressGateway } from './istio-gateways.ts';
import { istiod } from './istiod.ts';
import { keda } from './keda.ts';
import { kubePrometheusStack } from './kube-prometheus-stack.ts';
import { kyverno } from './kyverno.ts';
import { metricsServer } from './metrics-server.ts';
import { prometheusOperatorCrds } from './prometheus-operator-crds.ts';
import { snapshotController } from './snapshot-controller.ts';
import { strimzi } from './strimzi.ts';
import { velero } from './velero.ts';
import { verticalPodAutoscaler } from './vertical-pod-autoscaler.ts';

/**
 * In the order in which they are installed. Versions: the releases whose schemas the verifier reads
 * (../shared/schemas/INDEX.tsv), so output and schema agree.
 */
export const operators = [
  argoCd,
  prometheusOperatorCrds,
  certManager,
  externalSecrets,
  kyverno,
  istioBase,
  istioCni,
  istiod,
  argoRollouts,
  metricsServer,
  clusterAutoscaler,
  awsLoadBalancerController,
  externalDns,
  snapshotController,
  verticalPodAutoscaler,
  kubePrometheusStack,
  keda,
  strimzi,
  cloudNativePg,
  barmanCloud,
  velero,
  chaosMesh,
  ingressGateway,
  egressGateway,
] as const satisfies readonly Operator[];

export type OperatorName = (typeof operators)[number]['name'];
