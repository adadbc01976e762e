import type { Manifest } from '../tree/manifest.ts';

/**
 * What a controller makes in AWS from objects of a kind, outside every template: nothing, disks, load balancers, DNS
 * records, snapshots, machines, or objects in a bucket. Cost counts it, and whoever destroys a cluster must wait for it.
 */
export type Effect =
  | 'none'
  | 'volumes'
  | 'load balancers'
  | 'dns records'
  | 'snapshots'
  | 'machines'
  | 'bucket objects';

/** Kinds by API group; the core group is the empty text. A kind without a row is reported, and a test fails. */
const EFFECTS: Readonly<Record<string, Readonly<Record<string, Effect>>>> = {
  '': {
    ConfigMap: 'none',
    Endpoints: 'none',
    LimitRange: 'none',
    Namespace: 'none',
    PersistentVolume: 'volumes',
    PersistentVolumeClaim: 'volumes',
    Pod: 'none',
    ResourceQuota: 'none',
    Secret: 'none',
    Service: 'load balancers',
    ServiceAccount: 'none',
  },
  apps: { DaemonSet: 'none', Deployment: 'none', ReplicaSet: 'none', StatefulSet: 'volumes' },
  batch: { CronJob: 'none', Job: 'none' },
  autoscaling: { HorizontalPodAutoscaler: 'none' },
  'autoscaling.k8s.io': { VerticalPodAutoscaler: 'none' },
  policy: { PodDisruptionBudget: 'none' },
  'networking.k8s.io': { Ingress: 'load balancers', IngressClass: 'none', NetworkPolicy: 'none' },
  'gateway.networking.k8s.io': { Gateway: 'load balancers', GatewayClass: 'none', HTTPRoute: 'none', TCPRoute: 'none' },
  'rbac.authorization.k8s.io': { ClusterRole: 'none', ClusterRoleBinding: 'none', Role: 'none', RoleBinding: 'none' },
  'scheduling.k8s.io': { PriorityClass: 'none' },
  'storage.k8s.io': { StorageClass: 'none', VolumeAttributesClass: 'none' },
  'snapshot.storage.k8s.io': {
    VolumeSnapshot: 'snapshots',
    VolumeSnapshotClass: 'none',
    VolumeSnapshotContent: 'snapshots',
  },
  'apiextensions.k8s.io': { CustomResourceDefinition: 'none' },
  'admissionregistration.k8s.io': {
    MutatingWebhookConfiguration: 'none',
    ValidatingAdmissionPolicy: 'none',
    ValidatingAdmissionPolicyBinding: 'none',
    ValidatingWebhookConfiguration: 'none',
  },
  'kafka.strimzi.io': {
    Kafka: 'none',
    KafkaBridge: 'none',
    KafkaConnect: 'none',
    KafkaConnector: 'none',
    KafkaMirrorMaker2: 'none',
    KafkaNodePool: 'volumes',
    KafkaRebalance: 'none',
    KafkaTopic: 'none',
    KafkaUser: 'none',
  },
  'keda.sh': {
    ClusterTriggerAuthentication: 'none',
    ScaledJob: 'none',
    ScaledObject: 'none',
    TriggerAuthentication: 'none',
  },
  'external-secrets.io': {
    ClusterExternalSecret: 'none',
    ClusterSecretStore: 'none',
    ExternalSecret: 'none',
    PushSecret: 'none',
    SecretStore: 'none',
  },
  'argoproj.io': {
    AnalysisTemplate: 'none',
    Application: 'none',
    ApplicationSet: 'none',
    AppProject: 'none',
    ClusterAnalysisTemplate: 'none',
    Rollout: 'none',
  },
  'monitoring.coreos.com': {
    Alertmanager: 'volumes',
    AlertmanagerConfig: 'none',
    PodMonitor: 'none',
    Probe: 'none',
    Prometheus: 'volumes',
    PrometheusRule: 'none',
    ScrapeConfig: 'none',
    ServiceMonitor: 'none',
    ThanosRuler: 'volumes',
  },
  'postgresql.cnpg.io': {
    Backup: 'bucket objects',
    Cluster: 'volumes',
    Database: 'none',
    Pooler: 'none',
    ScheduledBackup: 'bucket objects',
  },
  'barmancloud.cnpg.io': { ObjectStore: 'bucket objects' },
  'velero.io': {
    Backup: 'snapshots',
    BackupStorageLocation: 'bucket objects',
    Restore: 'none',
    Schedule: 'snapshots',
    VolumeSnapshotLocation: 'none',
  },
  'networking.istio.io': {
    DestinationRule: 'none',
    EnvoyFilter: 'none',
    Gateway: 'none',
    ServiceEntry: 'none',
    Sidecar: 'none',
    VirtualService: 'none',
    WorkloadEntry: 'none',
  },
  'security.istio.io': { AuthorizationPolicy: 'none', PeerAuthentication: 'none', RequestAuthentication: 'none' },
  'telemetry.istio.io': { Telemetry: 'none' },
  'kyverno.io': { ClusterPolicy: 'none', Policy: 'none', PolicyException: 'none' },
  'policies.kyverno.io': {
    GeneratingPolicy: 'none',
    ImageValidatingPolicy: 'none',
    MutatingPolicy: 'none',
    PolicyException: 'none',
    ValidatingPolicy: 'none',
  },
  'chaos-mesh.org': {
    DNSChaos: 'none',
    IOChaos: 'none',
    NetworkChaos: 'none',
    PodChaos: 'none',
    Schedule: 'none',
    StressChaos: 'none',
    TimeChaos: 'none',
    Workflow: 'none',
  },
  'cert-manager.io': { Certificate: 'none', ClusterIssuer: 'none', Issuer: 'none' },
  'externaldns.k8s.io': { DNSEndpoint: 'dns records' },
  'elbv2.k8s.aws': { IngressClassParams: 'none', TargetGroupBinding: 'none' },
  'karpenter.sh': { NodeClaim: 'machines', NodePool: 'machines' },
  'karpenter.k8s.aws': { EC2NodeClass: 'none' },
};

const KIND_MAKES_FOR_SURE: Readonly<Record<string, (manifest: Manifest) => boolean>> = {
  // A service has a load balancer of its own only if it asks for one.
  ' Service': ({ root }) => root.at('spec.type').text === 'LoadBalancer',
  'apps StatefulSet': ({ root }) => root.list('spec.volumeClaimTemplates').length > 0,
};

/** What a controller makes from this object; undefined for a kind that has no row. */
export function effectOf(manifest: Manifest): Effect | undefined {
  const effect = EFFECTS[manifest.group]?.[manifest.kind];
  const certain = KIND_MAKES_FOR_SURE[`${manifest.group} ${manifest.kind}`];
  return effect !== undefined && certain && !certain(manifest) ? 'none' : effect;
}
