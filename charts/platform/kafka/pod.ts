import { k8s } from 'cdk8s-plus-27';
import type { NodeGroupName } from '#catalog/index.ts';
import { PLATFORM, POOL_LABEL } from '#catalog/names.ts';
import { type Component, TEAM_LABEL } from '../../lib/component.ts';
import { quantity } from '../../lib/quantities.ts';
import { HOST, tolerating, ZONE } from '../../lib/scheduling.ts';
import { CONTAINER_SECURITY, podSecurity } from '../../lib/security.ts';
import { priorityClass } from '../classes.ts';

export interface PodOf {
  readonly account: string;
  readonly user: number;
  readonly selector: Record<string, string>;
  readonly volumes: k8s.Volume[];
  /** Kafka's own nodes when left out. */
  readonly pool?: NodeGroupName;
  readonly priority?: Parameters<typeof priorityClass>[0];
  readonly annotations?: Readonly<Record<string, string>>;
  /** `Never` for a job, which tries again by another pod, so that each try has its own log. */
  readonly restartPolicy?: 'Never';
}

const TEMPORARY: k8s.Volume = { name: 'tmp', emptyDir: { sizeLimit: quantity('64Mi') } };

export const temporaryMount: k8s.VolumeMount = { name: TEMPORARY.name, mountPath: '/tmp' };

/** A restricted pod without a token of the cluster, spread where there is more than one. */
export function podOf({ account, user, selector, volumes, ...rest }: PodOf): k8s.PodSpec {
  const { pool = 'data', priority = 'background', restartPolicy } = rest;
  const spread = { maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: selector } };
  return {
    serviceAccountName: account,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: priorityClass(priority),
    nodeSelector: { [POOL_LABEL]: pool },
    tolerations: tolerating(pool),
    topologySpreadConstraints: [ZONE, HOST].map((topologyKey) => ({ ...spread, topologyKey })),
    securityContext: podSecurity(user),
    containers: [],
    ...(restartPolicy ? { restartPolicy } : {}),
    volumes: [TEMPORARY, ...volumes],
  };
}

/** A pod template as Kubernetes reads it: with the labels of the component, and its one container as it is given. */
export const templateOf = (component: Component, pod: PodOf, container: object): object => ({
  metadata: {
    labels: { ...pod.selector, 'app.kubernetes.io/part-of': PLATFORM, [TEAM_LABEL]: component.props.owner },
    ...(pod.annotations ? { annotations: pod.annotations } : {}),
  },
  spec: { ...k8s.toJson_PodSpec(podOf(pod)), containers: [{ ...container, securityContext: CONTAINER_SECURITY }] },
});
