import { ApiObject, type App } from 'cdk8s';

const ANNOTATION = 'argocd.argoproj.io/sync-wave';

/**
 * The order inside a component; Argo CD waits for the health of one wave before the next. Kinds that are not listed are
 * wave 0, in Argo CD's own order.
 */
const WAVES: Readonly<Record<string, number>> = {
  Namespace: -4,
  AppProject: -4,
  ServiceAccount: -3,
  ClusterRole: -3,
  ClusterRoleBinding: -3,
  Role: -3,
  RoleBinding: -3,
  ConfigMap: -2,
  ClusterSecretStore: -2,
  SecretStore: -2,
  KafkaUser: -2,
  ExternalSecret: -1,
  // A rollout that finds no route to lead by is refused, and a pod without its rules would be shut off.
  AnalysisTemplate: -1,
  AuthorizationPolicy: -1,
  DestinationRule: -1,
  Issuer: -1,
  RequestAuthentication: -1,
  Sidecar: -1,
  VirtualService: -1,
  TriggerAuthentication: -1,
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
