import { ApiObject, type App } from 'cdk8s';

const ANNOTATION = 'argocd.argoproj.io/sync-wave';

/**
 * The order inside a component; Argo CD waits for the health of one wave before the next. Kinds that are not listed are
 * wave 0, in Argo CD's own order.
 */
const WAVES: Readonly<Record<string, number>> = {
  Namespace: -5,
  AppProject: -5,
  ServiceAccount: -4,
  ClusterRole: -4,
  ClusterRoleBinding: -4,
  Role: -4,
  RoleBinding: -4,
  ConfigMap: -3,
  ClusterSecretStore: -3,
  SecretStore: -3,
  KafkaUser: -3,
  ObjectStore: -3,
  ExternalSecret: -2,
  Issuer: -2,
  TriggerAuthentication: -2,
  // What prepares a database runs before what uses it, and after the secrets that it reads.
  Job: -1,
  // A rollout that finds no route to lead by is refused, and a pod without its rules would be shut off.
  AnalysisTemplate: -1,
  AuthorizationPolicy: -1,
  DestinationRule: -1,
  RequestAuthentication: -1,
  Sidecar: -1,
  VirtualService: -1,
  Database: 1,
  Pooler: 1,
  ScheduledBackup: 1,
  HorizontalPodAutoscaler: 1,
  VerticalPodAutoscaler: 1,
  ScaledObject: 1,
  PodDisruptionBudget: 1,
  PodMonitor: 2,
  ServiceMonitor: 2,
};

export const waveOf = (kind: string): number => WAVES[kind] ?? 0;

/** Writes the wave of each object into its annotation. */
export function annotateWaves(app: App): void {
  for (const child of app.node.findAll())
    if (ApiObject.isApiObject(child) && waveOf(child.kind) !== 0)
      child.metadata.addAnnotation(ANNOTATION, String(waveOf(child.kind)));
}

/** For objects whose order is not that of their kind, such as Applications. */
export const inWave = (wave: number): Readonly<Record<string, string>> => ({ [ANNOTATION]: String(wave) });
