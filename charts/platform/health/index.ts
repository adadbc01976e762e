import { byCondition, byFlag, byInstances, byPhase, byState, ofApplication, type Script } from './scripts.ts';

/** What Argo CD waits for at objects of a kind: a script, or nothing because the kind has no state to wait for. */
export type Decision = { readonly script: Script } | { readonly none: string };

const ready = (whenFalse: 'Degraded' | 'Progressing'): Decision => ({ script: byCondition('Ready', whenFalse) });
const strimzi: Decision = {
  script: byState({ Ready: 'Healthy', NotReady: 'Degraded', ReconciliationPaused: 'Suspended' }),
};
const none = (why: string): Decision => ({ none: why });

const READ = 'its operator reads it and reports nothing';
const MESH = 'istiod reads it; its status is written only where analysis is switched on';
const TEMPLATE = 'a template that others run';

/** Every custom kind of the tree has its row; the words are those of each operator's own status at its pinned version. */
export const HEALTH = {
  'argoproj.io/Application': { script: ofApplication },
  'argoproj.io/AppProject': none('a set of rules'),
  'argoproj.io/Rollout': {
    script: byPhase('phase', {
      Healthy: 'Healthy',
      Progressing: 'Progressing',
      Paused: 'Suspended',
      Degraded: 'Degraded',
    }),
  },
  'argoproj.io/AnalysisTemplate': none(TEMPLATE),
  'argoproj.io/ClusterAnalysisTemplate': none(TEMPLATE),
  'autoscaling.k8s.io/VerticalPodAutoscaler': none('advice comes after days; nothing waits for it'),
  'barmancloud.cnpg.io/ObjectStore': none(READ),
  'cert-manager.io/Certificate': ready('Progressing'),
  'cert-manager.io/ClusterIssuer': ready('Degraded'),
  'cert-manager.io/Issuer': ready('Degraded'),
  'chaos-mesh.org/Schedule': none('it starts experiments at its time'),
  'chaos-mesh.org/Workflow': none('a run, which ends by itself'),
  'external-secrets.io/ClusterSecretStore': ready('Degraded'),
  'external-secrets.io/ExternalSecret': ready('Degraded'),
  'external-secrets.io/SecretStore': ready('Degraded'),
  'kafka.strimzi.io/Kafka': strimzi,
  'kafka.strimzi.io/KafkaConnect': strimzi,
  'kafka.strimzi.io/KafkaConnector': strimzi,
  'kafka.strimzi.io/KafkaMirrorMaker2': strimzi,
  'kafka.strimzi.io/KafkaNodePool': none('the Kafka object that it belongs to reports for it'),
  'kafka.strimzi.io/KafkaRebalance': {
    script: byState({
      PendingProposal: 'Progressing',
      ProposalReady: 'Suspended',
      Rebalancing: 'Progressing',
      Ready: 'Healthy',
      Stopped: 'Suspended',
      NotReady: 'Degraded',
    }),
  },
  'kafka.strimzi.io/KafkaTopic': strimzi,
  'kafka.strimzi.io/KafkaUser': strimzi,
  'keda.sh/ScaledObject': ready('Degraded'),
  'keda.sh/TriggerAuthentication': none(READ),
  'monitoring.coreos.com/PodMonitor': none(READ),
  'monitoring.coreos.com/Prometheus': { script: byCondition('Available', 'Progressing') },
  'monitoring.coreos.com/PrometheusRule': none(READ),
  'monitoring.coreos.com/ServiceMonitor': none(READ),
  'networking.istio.io/DestinationRule': none(MESH),
  'networking.istio.io/Gateway': none(MESH),
  'networking.istio.io/ServiceEntry': none(MESH),
  'networking.istio.io/Sidecar': none(MESH),
  'networking.istio.io/VirtualService': none(MESH),
  'policies.kyverno.io/ImageValidatingPolicy': { script: byFlag(['conditionStatus', 'ready']) },
  'policies.kyverno.io/PolicyException': none(READ),
  'policies.kyverno.io/ValidatingPolicy': { script: byFlag(['conditionStatus', 'ready']) },
  'postgresql.cnpg.io/Cluster': ready('Progressing'),
  'postgresql.cnpg.io/Database': { script: byFlag(['applied']) },
  'postgresql.cnpg.io/Pooler': { script: byInstances('instances', 'instances') },
  'postgresql.cnpg.io/ScheduledBackup': none('it makes backups at its time'),
  'security.istio.io/AuthorizationPolicy': none(MESH),
  'security.istio.io/PeerAuthentication': none(MESH),
  'security.istio.io/RequestAuthentication': none(MESH),
  'snapshot.storage.k8s.io/VolumeSnapshotClass': none('a class'),
  'telemetry.istio.io/Telemetry': none(MESH),
  'velero.io/BackupStorageLocation': {
    script: byPhase('phase', { Available: 'Healthy', Unavailable: 'Degraded' }),
  },
  'velero.io/Schedule': {
    script: byPhase('phase', { New: 'Progressing', Enabled: 'Healthy', FailedValidation: 'Degraded' }),
  },
  'velero.io/VolumeSnapshotLocation': none(READ),
} as const satisfies Record<`${string}/${string}`, Decision>;

export const decisionOf = (groupKind: string): Decision | undefined =>
  Object.entries<Decision>(HEALTH).find(([key]) => key === groupKind)?.[1];

/** As Argo CD's own config map has them: `resource.customizations.health.<group>_<kind>`. */
export const HEALTH_CHECKS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries<Decision>(HEALTH).flatMap(([groupKind, decision]) =>
    'script' in decision ? [[`resource.customizations.health.${groupKind.replace('/', '_')}`, decision.script]] : [],
  ),
);
