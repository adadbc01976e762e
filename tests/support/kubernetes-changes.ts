import {
  CLOSED,
  DOWNGRADE,
  EXPOSURE,
  FEWER,
  kubernetes,
  LOSS,
  OPENED,
  PRIVILEGE,
  REMOVED,
  REPLACED,
  RESTART,
  SAFE,
  type Seed,
} from './change-seeds.ts';

const API = 'Rollout analytics-api';
const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers[0]`;
const BROKERS = 'KafkaNodePool brokers';
const TOPIC = 'KafkaTopic player.events.raw';
const API_USER = 'KafkaUser analytics-api';

const object = (apiVersion: string, kind: string, rest: object): Readonly<Record<string, unknown>> => ({
  apiVersion,
  kind,
  metadata: { name: 'extra', namespace: 'gamemetrics' },
  ...rest,
});

/** Changes of the GitOps tree. */
export const kubernetesSeeds: readonly Seed[] = [
  kubernetes(RESTART, 'a service gets another image', (draft) =>
    draft.set(API, `${CONTAINER}.image`, 'registry/other@sha256:1'),
  ),
  kubernetes(PRIVILEGE, 'a container is privileged', (draft) =>
    draft.set(API, `${CONTAINER}.securityContext.privileged`, true),
  ),
  kubernetes(PRIVILEGE, 'a container may write to its root', (draft) =>
    draft.unset(API, `${CONTAINER}.securityContext.readOnlyRootFilesystem`),
  ),
  kubernetes(PRIVILEGE, 'pods share the network of the node', (draft) => draft.set(API, `${POD}.hostNetwork`, true)),
  kubernetes(PRIVILEGE, 'pods run under another account', (draft) =>
    draft.set(API, `${POD}.serviceAccountName`, 'data-retention-service'),
  ),
  kubernetes(FEWER, 'an autoscaler keeps fewer pods', (draft) =>
    draft.set('HorizontalPodAutoscaler analytics-api', 'spec.minReplicas', 1),
  ),
  kubernetes(SAFE, 'an autoscaler may make more pods', (draft) =>
    draft.set('HorizontalPodAutoscaler analytics-api', 'spec.maxReplicas', 30),
  ),
  kubernetes(FEWER, 'a scaled object keeps fewer pods', (draft) =>
    draft.set('ScaledObject event-processor-service', 'spec.minReplicaCount', 1),
  ),
  kubernetes(FEWER, 'a disruption budget is removed', (draft) =>
    draft.remove('PodDisruptionBudget event-ingestion-service'),
  ),
  kubernetes(FEWER, 'a broker leaves', (draft) => draft.set(BROKERS, 'spec.replicas', 2)),
  kubernetes(LOSS, 'the disks of brokers shrink', (draft) =>
    draft.set(BROKERS, 'spec.storage.volumes[0].size', '10Gi'),
  ),
  kubernetes(SAFE, 'the disks of brokers grow', (draft) => draft.set(BROKERS, 'spec.storage.volumes[0].size', '400Gi')),
  kubernetes(LOSS, 'the disks of brokers go with their pool', (draft) =>
    draft.set(BROKERS, 'spec.storage.volumes[0].deleteClaim', true),
  ),
  kubernetes(LOSS, 'a topic keeps its records for an hour', (draft) =>
    draft.set(TOPIC, 'spec.config["retention.ms"]', 3_600_000),
  ),
  kubernetes(SAFE, 'a topic keeps its records for ever', (draft) =>
    draft.set(TOPIC, 'spec.config["retention.ms"]', -1),
  ),
  kubernetes(REPLACED, 'a topic gets more partitions', (draft) => draft.set(TOPIC, 'spec.partitions', 24)),
  kubernetes(FEWER, 'a topic acknowledges with one copy', (draft) =>
    draft.set(TOPIC, 'spec.config["min.insync.replicas"]', 1),
  ),
  kubernetes(REMOVED, 'a topic leaves Git and stays in the cluster', (draft) => draft.remove(TOPIC)),
  kubernetes(DOWNGRADE, 'Kafka goes back to an older release', (draft) =>
    draft.set('Kafka gamemetrics', 'spec.kafka.version', '4.2.0'),
  ),
  kubernetes(OPENED, 'Kafka decides otherwise who may do what', (draft) =>
    draft.unset('Kafka gamemetrics', 'spec.kafka.authorization'),
  ),
  kubernetes(EXPOSURE, 'brokers can be reached from outside', (draft) =>
    draft.set('Kafka gamemetrics', 'spec.kafka.listeners[0].type', 'loadbalancer'),
  ),
  kubernetes(PRIVILEGE, 'a user of Kafka may read every topic', (draft) =>
    draft.set(API_USER, 'spec.authorization.acls[0].resource', { type: 'topic', name: '*', patternType: 'literal' }),
  ),
  kubernetes(CLOSED, 'a user of Kafka loses a right', (draft) => draft.unset(API_USER, 'spec.authorization.acls[0]')),
  kubernetes(OPENED, 'the policy that denies by default is removed', (draft) =>
    draft.remove('NetworkPolicy gamemetrics/default-deny'),
  ),
  kubernetes(CLOSED, 'a policy that allows is removed', (draft) => draft.remove('NetworkPolicy allow-analytics-api')),
  kubernetes(EXPOSURE, 'a policy lets everybody in', (draft) =>
    draft.set('NetworkPolicy allow-analytics-api', 'spec.ingress[0].from', [{ ipBlock: { cidr: '0.0.0.0/0' } }]),
  ),
  kubernetes(OPENED, 'a policy no longer governs what leaves', (draft) =>
    draft.set('NetworkPolicy allow-analytics-api', 'spec.policyTypes', ['Ingress']),
  ),
  kubernetes(EXPOSURE, 'a service gets a load balancer', (draft) =>
    draft.set('Service analytics-api', 'spec.type', 'LoadBalancer'),
  ),
  kubernetes(CLOSED, 'a service closes a port', (draft) => draft.unset('Service analytics-api', 'spec.ports[0]')),
  kubernetes(PRIVILEGE, 'a role may read secrets', (draft) =>
    draft.add(
      object('rbac.authorization.k8s.io/v1', 'ClusterRole', {
        rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
      }),
    ),
  ),
  kubernetes(PRIVILEGE, 'a role is given to somebody more', (draft) =>
    draft.add(
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', {
        roleRef: {},
        subjects: [{ kind: 'ServiceAccount', name: 'analytics-api' }],
      }),
    ),
  ),
  kubernetes(OPENED, 'the quota of a namespace is removed', (draft) =>
    draft.remove('ResourceQuota gamemetrics/base-load'),
  ),
  kubernetes(PRIVILEGE, 'a namespace takes privileged pods', (draft) =>
    draft.set('Namespace gamemetrics', 'metadata.labels["pod-security.kubernetes.io/enforce"]', 'privileged'),
  ),
  kubernetes(REMOVED, 'a namespace leaves Git and stays in the cluster', (draft) =>
    draft.remove('Namespace observability'),
  ),
  kubernetes(LOSS, 'disks go with their claims', (draft) =>
    draft.set('StorageClass standard', 'reclaimPolicy', 'Delete'),
  ),
  kubernetes(DOWNGRADE, 'an older chart is installed', (draft) =>
    draft.set('Application operator-strimzi', 'spec.source.targetRevision', '1.1.0'),
  ),
  kubernetes(LOSS, 'Argo CD prunes without a question', (draft) =>
    draft.set('Application kafka', 'spec.syncPolicy.automated', { prune: true }),
  ),
  kubernetes(CLOSED, 'pods no longer get a secret', (draft) =>
    draft.unset('ExternalSecret analytics-api-secrets', 'spec.data[0]'),
  ),
  kubernetes(REMOVED, 'a service account is removed', (draft) => draft.remove('ServiceAccount analytics-api')),
  kubernetes(SAFE, 'a label changes', (draft) => draft.set('Service analytics-api', 'metadata.labels.extra', 'value')),
  kubernetes(SAFE, 'a planned service changes, which no Application applies', (draft) =>
    draft.remove('Rollout regional-node'),
  ),
  kubernetes(SAFE, 'a configuration changes', (draft) =>
    draft.set('ConfigMap analytics-api-config', 'data.LOG_LEVEL', 'debug'),
  ),
];
