import type { GroupKind } from '../lib/argo.ts';

const CORE = '';

const kinds = (group: string, ...names: readonly string[]): readonly GroupKind[] =>
  names.map((kind) => ({ group, kind }));

/**
 * What the Applications of a project may create. Written down rather than taken from what is synthesized: a kind that is
 * new to a team needs a change here, which the platform team reviews.
 */
export const SERVICE_KINDS: readonly GroupKind[] = [
  ...kinds(CORE, 'ConfigMap', 'Service', 'ServiceAccount'),
  ...kinds('apps', 'Deployment'),
  ...kinds('argoproj.io', 'AnalysisTemplate', 'Rollout'),
  ...kinds('autoscaling.k8s.io', 'VerticalPodAutoscaler'),
  ...kinds('batch', 'Job'),
  ...kinds('autoscaling', 'HorizontalPodAutoscaler'),
  ...kinds('external-secrets.io', 'ExternalSecret'),
  ...kinds('keda.sh', 'ScaledObject'),
  ...kinds('monitoring.coreos.com', 'ServiceMonitor'),
  ...kinds('networking.istio.io', 'DestinationRule', 'Sidecar', 'VirtualService'),
  ...kinds('networking.k8s.io', 'NetworkPolicy'),
  ...kinds('policy', 'PodDisruptionBudget'),
  ...kinds('security.istio.io', 'AuthorizationPolicy', 'RequestAuthentication'),
];

export const PLATFORM_CLUSTER_KINDS: readonly GroupKind[] = [
  ...kinds(CORE, 'Namespace'),
  ...kinds('external-secrets.io', 'ClusterSecretStore'),
  ...kinds('policies.kyverno.io', 'ImageValidatingPolicy', 'ValidatingPolicy'),
  ...kinds('rbac.authorization.k8s.io', 'ClusterRole', 'ClusterRoleBinding'),
  ...kinds('scheduling.k8s.io', 'PriorityClass'),
  ...kinds('snapshot.storage.k8s.io', 'VolumeSnapshotClass'),
  ...kinds('storage.k8s.io', 'StorageClass'),
];

export const PLATFORM_KINDS: readonly GroupKind[] = [
  ...kinds(CORE, 'ConfigMap', 'LimitRange', 'ResourceQuota', 'Service', 'ServiceAccount'),
  ...kinds('apps', 'Deployment'),
  ...kinds('argoproj.io', 'AppProject', 'Application'),
  ...kinds('batch', 'Job'),
  ...kinds('barmancloud.cnpg.io', 'ObjectStore'),
  ...kinds('cert-manager.io', 'Certificate', 'Issuer'),
  ...kinds('external-secrets.io', 'ExternalSecret', 'SecretStore'),
  ...kinds('kafka.strimzi.io', 'Kafka', 'KafkaNodePool', 'KafkaRebalance', 'KafkaTopic', 'KafkaUser'),
  ...kinds('keda.sh', 'TriggerAuthentication'),
  ...kinds('monitoring.coreos.com', 'PodMonitor', 'Prometheus'),
  ...kinds('policy', 'PodDisruptionBudget'),
  ...kinds('networking.istio.io', 'DestinationRule', 'Gateway', 'ServiceEntry', 'Sidecar', 'VirtualService'),
  ...kinds('networking.k8s.io', 'Ingress', 'NetworkPolicy'),
  ...kinds('security.istio.io', 'AuthorizationPolicy', 'PeerAuthentication'),
  ...kinds('policies.kyverno.io', 'PolicyException'),
  ...kinds('telemetry.istio.io', 'Telemetry'),
  ...kinds('postgresql.cnpg.io', 'Cluster', 'Database', 'Pooler', 'ScheduledBackup'),
  ...kinds('rbac.authorization.k8s.io', 'Role', 'RoleBinding'),
  ...kinds('velero.io', 'BackupStorageLocation', 'Schedule'),
];

/** What the charts of operators bring along. */
export const OPERATOR_CLUSTER_KINDS: readonly GroupKind[] = [
  ...kinds('admissionregistration.k8s.io', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'),
  ...kinds('apiextensions.k8s.io', 'CustomResourceDefinition'),
  ...kinds('apiregistration.k8s.io', 'APIService'),
  ...kinds('elbv2.k8s.aws', 'IngressClassParams'),
  ...kinds('networking.k8s.io', 'IngressClass'),
  ...kinds('rbac.authorization.k8s.io', 'ClusterRole', 'ClusterRoleBinding'),
];

export const OPERATOR_KINDS: readonly GroupKind[] = [
  ...kinds(CORE, 'ConfigMap', 'Secret', 'Service', 'ServiceAccount'),
  ...kinds('apps', 'DaemonSet', 'Deployment', 'StatefulSet'),
  ...kinds('batch', 'Job'),
  ...kinds('cert-manager.io', 'Certificate', 'Issuer'),
  ...kinds('monitoring.coreos.com', 'ServiceMonitor'),
  ...kinds('policy', 'PodDisruptionBudget'),
  ...kinds('rbac.authorization.k8s.io', 'Role', 'RoleBinding'),
];
