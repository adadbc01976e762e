import {
  becomes,
  changed,
  changedOrLost,
  gained,
  leaves,
  lost,
  lowered,
  newerVersion,
  olderVersion,
  raised,
  shrunk,
  turnedOff,
  turnedOn,
} from '../comparisons.ts';
import type { FieldRow } from '../rows.ts';

const LOSS = { class: 'dangerous', hazard: 'data loss' } as const;
const EXPOSURE = { class: 'dangerous', hazard: 'public exposure' } as const;
const OPENED = { class: 'dangerous', hazard: 'removed deny' } as const;
const PRIVILEGE = { class: 'dangerous', hazard: 'privilege gain' } as const;
const DOWNGRADE = { class: 'dangerous', hazard: 'downgrade' } as const;
const FEWER = { class: 'disruptive', hazard: 'lost replica' } as const;
const RESTART = { class: 'disruptive', hazard: 'restart' } as const;
const REPLACED = { class: 'disruptive', hazard: 'replacement' } as const;
const CLOSED = { class: 'disruptive', hazard: 'access lost' } as const;

const WORKLOADS = ['apps Deployment', 'apps StatefulSet', 'apps DaemonSet', 'argoproj.io Rollout'] as const;

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

const KAFKA = 'kafka.strimzi.io Kafka';
const POOL = 'kafka.strimzi.io KafkaNodePool';
const TOPIC = 'kafka.strimzi.io KafkaTopic';
const POSTGRES = 'postgresql.cnpg.io Cluster';

const dataRows: readonly FieldRow[] = [
  {
    subject: KAFKA,
    path: 'spec.kafka.version',
    when: olderVersion,
    ...DOWNGRADE,
    says: 'Brokers go back to an older release',
  },
  {
    subject: KAFKA,
    path: 'spec.kafka.version',
    when: newerVersion,
    ...RESTART,
    says: 'Brokers restart for the upgrade',
  },
  {
    subject: KAFKA,
    path: 'spec.kafka.metadataVersion',
    when: olderVersion,
    ...DOWNGRADE,
    says: 'Metadata of a newer format cannot be read',
  },
  {
    subject: KAFKA,
    path: 'spec.kafka.config',
    when: changed,
    ...RESTART,
    says: 'Brokers may restart, one after the other',
  },
  {
    subject: KAFKA,
    path: 'spec.kafka.authorization',
    when: changedOrLost,
    ...OPENED,
    says: 'Who may do what in Kafka is decided otherwise',
  },
  {
    subject: KAFKA,
    path: 'spec.kafka.listeners',
    when: changed,
    ...RESTART,
    says: 'Brokers restart, and clients connect anew',
  },
  { subject: POOL, path: 'spec.replicas', when: lowered, ...FEWER, says: 'Brokers or controllers leave' },
  { subject: POOL, path: 'spec.resources', when: changed, ...RESTART, says: 'Its pods restart, one after the other' },
  { subject: POOL, path: 'spec.template', when: changed, ...RESTART, says: 'Its pods restart, one after the other' },
  {
    subject: TOPIC,
    path: 'spec.partitions',
    when: lowered,
    ...LOSS,
    says: 'Kafka cannot drop partitions; a new topic is empty',
  },
  {
    subject: TOPIC,
    path: 'spec.partitions',
    when: raised,
    class: 'disruptive',
    hazard: 'replacement',
    says: 'Keys move to other partitions, so order is lost once',
  },
  { subject: TOPIC, path: 'spec.replicas', when: lowered, ...FEWER, says: 'Fewer copies of each record' },
  { subject: POSTGRES, path: 'spec.instances', when: lowered, ...FEWER, says: 'Standbys are deleted' },
  {
    subject: POSTGRES,
    path: 'spec.imageName',
    when: olderVersion,
    ...DOWNGRADE,
    says: 'No engine reads the files of a newer one',
  },
  {
    subject: POSTGRES,
    path: 'spec.imageName',
    when: newerVersion,
    ...RESTART,
    says: 'The database restarts for the upgrade',
  },
  {
    subject: POSTGRES,
    path: 'spec.storage.size',
    when: shrunk,
    ...LOSS,
    says: 'A volume cannot shrink; a new one is empty',
  },
  { subject: POSTGRES, path: 'spec.backup', when: lost, ...LOSS, says: 'Nothing is backed up any more' },
  {
    subject: ' PersistentVolumeClaim',
    path: 'spec.resources.requests.storage',
    when: shrunk,
    ...LOSS,
    says: 'A volume cannot shrink; a new one is empty',
  },
  {
    subject: ' PersistentVolumeClaim',
    path: 'spec.storageClassName',
    when: changed,
    ...LOSS,
    says: 'A volume cannot change its class; a new one is empty',
  },
  {
    subject: 'apps StatefulSet',
    path: 'spec.volumeClaimTemplates',
    when: changed,
    ...LOSS,
    says: 'Claims cannot change; the set is made anew',
  },
  {
    subject: 'storage.k8s.io StorageClass',
    path: 'reclaimPolicy',
    when: leaves('Retain'),
    ...LOSS,
    says: 'Disks go with their claims',
  },
  {
    subject: 'storage.k8s.io StorageClass',
    path: 'parameters',
    when: changed,
    ...REPLACED,
    says: 'A class cannot change; it is made anew, for new disks only',
  },
  {
    subject: 'external-secrets.io ExternalSecret',
    path: 'spec.target.deletionPolicy',
    when: becomes('Delete'),
    class: 'disruptive',
    hazard: 'access lost',
    says: 'The secret goes when AWS has it no more',
  },
];

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
