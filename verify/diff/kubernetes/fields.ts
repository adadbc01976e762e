import {
  becomes,
  changed,
  changedOrLost,
  gained,
  leaves,
  lowered,
  newerVersion,
  olderVersion,
  raised,
  turnedOff,
  turnedOn,
} from '../comparisons.ts';
import type { FieldRow } from '../rows.ts';
import { dataRows } from './data-fields.ts';
import {
  CLOSED,
  DOWNGRADE,
  EXPOSURE,
  FEWER,
  LOSS,
  OPENED,
  PRIVILEGE,
  REPLACED,
  RESTART,
  WORKLOADS,
} from './hazards.ts';

const workloadRows: readonly FieldRow[] = WORKLOADS.flatMap((subject) => [
  { subject, path: 'spec.template', when: changed, ...RESTART, says: 'Its pods are replaced, one after the other' },
  { subject, path: 'spec.replicas', when: lowered, ...FEWER, says: 'Fewer pods run' },
  {
    subject,
    path: 'spec.selector',
    when: changed,
    ...REPLACED,
    says: 'A selector cannot change; the workload is made anew',
  },
  {
    subject,
    path: 'spec.template.spec.serviceAccountName',
    when: changed,
    ...PRIVILEGE,
    says: 'Its pods act with the rights of another account',
  },
]);

const scalingRows: readonly FieldRow[] = [
  {
    subject: 'autoscaling HorizontalPodAutoscaler',
    path: 'spec.minReplicas',
    when: lowered,
    ...FEWER,
    says: 'Fewer pods run when little happens',
  },
  {
    subject: 'autoscaling HorizontalPodAutoscaler',
    path: 'spec.maxReplicas',
    when: lowered,
    ...FEWER,
    says: 'It cannot grow as far as before',
  },
  {
    subject: 'keda.sh ScaledObject',
    path: 'spec.minReplicaCount',
    when: lowered,
    ...FEWER,
    says: 'Fewer pods run when little happens',
  },
  {
    subject: 'keda.sh ScaledObject',
    path: 'spec.maxReplicaCount',
    when: lowered,
    ...FEWER,
    says: 'It cannot grow as far as before',
  },
  {
    subject: 'policy PodDisruptionBudget',
    path: 'spec.minAvailable',
    when: lowered,
    ...FEWER,
    says: 'A drained node may take more pods',
  },
  {
    subject: 'policy PodDisruptionBudget',
    path: 'spec.maxUnavailable',
    when: raised,
    ...FEWER,
    says: 'A drained node may take more pods',
  },
  {
    subject: ' ResourceQuota',
    path: 'spec.hard',
    when: changed,
    class: 'disruptive',
    hazard: 'restart',
    says: 'Pods beyond the quota do not start again',
  },
];

const guardRows: readonly FieldRow[] = [
  {
    subject: 'networking.k8s.io NetworkPolicy',
    path: 'spec.podSelector',
    when: changed,
    ...OPENED,
    says: 'Other pods are guarded than before',
  },
  {
    subject: 'security.istio.io PeerAuthentication',
    path: 'spec.mtls.mode',
    when: leaves('STRICT'),
    ...OPENED,
    says: 'Connections in the clear are taken',
  },
  {
    subject: 'security.istio.io AuthorizationPolicy',
    path: 'spec.action',
    when: leaves('DENY'),
    ...OPENED,
    says: 'What was denied is decided otherwise',
  },
  {
    subject: 'security.istio.io AuthorizationPolicy',
    path: 'spec.selector',
    when: changed,
    ...OPENED,
    says: 'Other pods are guarded than before',
  },
  {
    subject: 'security.istio.io RequestAuthentication',
    path: 'spec.jwtRules',
    when: changed,
    ...PRIVILEGE,
    says: 'Tokens of others may be believed',
  },
  {
    subject: 'kyverno.io *',
    path: 'spec.validationFailureAction',
    when: leaves('Enforce'),
    ...OPENED,
    says: 'The policy only warns',
  },
  {
    subject: ' Namespace',
    path: 'metadata.labels.istio-injection',
    when: leaves('enabled'),
    ...OPENED,
    says: 'New pods are outside the mesh, without mTLS',
  },
  {
    subject: ' ServiceAccount',
    path: 'automountServiceAccountToken',
    when: turnedOn,
    ...PRIVILEGE,
    says: 'Pods get a token of the Kubernetes API',
  },
  {
    subject: 'rbac.authorization.k8s.io *',
    path: 'roleRef',
    when: changed,
    ...PRIVILEGE,
    says: 'Another role is bound',
  },
];

const trafficRows: readonly FieldRow[] = [
  {
    subject: ' Service',
    path: 'spec.type',
    when: becomes('LoadBalancer', 'NodePort'),
    ...EXPOSURE,
    says: 'The service can be reached from outside the cluster',
  },
  {
    subject: ' Service',
    path: 'spec.type',
    when: leaves('LoadBalancer'),
    ...CLOSED,
    says: 'The load balancer is deleted',
  },
  { subject: ' Service', path: 'spec.selector', when: changed, ...CLOSED, says: 'Other pods answer' },
  {
    subject: ' Service',
    path: 'spec.clusterIP',
    when: changed,
    ...REPLACED,
    says: 'An address cannot change; the service is made anew',
  },
  {
    subject: 'networking.istio.io VirtualService',
    path: 'spec',
    when: changed,
    ...CLOSED,
    says: 'Requests take another way',
  },
  {
    subject: 'networking.istio.io DestinationRule',
    path: 'spec.trafficPolicy.tls',
    when: changedOrLost,
    ...OPENED,
    says: 'Connections are encrypted otherwise, or not',
  },
];

const deliveryRows: readonly FieldRow[] = [
  {
    subject: 'argoproj.io Application',
    path: 'spec.source.targetRevision',
    when: olderVersion,
    ...DOWNGRADE,
    says: 'An older release is installed',
  },
  {
    subject: 'argoproj.io Application',
    path: 'spec.source.targetRevision',
    when: newerVersion,
    ...RESTART,
    says: 'A newer release is installed',
  },
  {
    subject: 'argoproj.io Application',
    path: 'spec.source.path',
    when: changed,
    ...REPLACED,
    says: 'Other manifests are applied',
  },
  {
    subject: 'argoproj.io Application',
    path: 'spec.destination',
    when: changed,
    ...REPLACED,
    says: 'Manifests go elsewhere',
  },
  {
    subject: 'argoproj.io Application',
    path: 'spec.syncPolicy.automated.prune',
    when: turnedOn,
    ...LOSS,
    says: 'What leaves Git leaves the cluster, without a question',
  },
  {
    subject: 'argoproj.io Application',
    path: 'spec.syncPolicy.automated',
    when: gained,
    class: 'disruptive',
    hazard: 'restart',
    says: 'Merged changes are applied without a gate',
  },
  {
    subject: 'argoproj.io Application',
    path: 'spec.syncPolicy.automated.selfHeal',
    when: turnedOff,
    class: 'disruptive',
    hazard: 'removal',
    says: 'Changes by hand stay',
  },
  {
    subject: 'monitoring.coreos.com ServiceMonitor',
    path: 'spec',
    when: changed,
    class: 'safe',
    hazard: 'none',
    says: 'Metrics are read otherwise',
  },
];

/** Fields whose change means something. */
export const kubernetesFields: readonly FieldRow[] = [
  ...workloadRows,
  ...dataRows,
  ...scalingRows,
  ...guardRows,
  ...trafficRows,
  ...deliveryRows,
];
