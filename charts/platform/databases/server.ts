import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Environment } from '#catalog/index.ts';
import { names, PLATFORM, POOL_LABEL } from '#catalog/names.ts';
import { Certificate } from '../../lib/cert-manager.ts';
import { type Component, TEAM_LABEL } from '../../lib/component.ts';
import { HOST, tolerating, ZONE } from '../../lib/scheduling.ts';
import { CONTAINER_SECURITY, podSecurity } from '../../lib/security.ts';
import { claimOf, claimsKept, StatefulSet } from '../../lib/stateful-set.ts';
import { priorityClass, type StorageClassName } from '../classes.ts';
import { CERTIFICATE_LIFE, DATABASES_ISSUER } from './authority.ts';

export interface ServerPort {
  readonly name: string;
  readonly number: number;
}

/** A server of ours among the databases: one container with a volume of its own, TLS, and a place on the data nodes. */
export interface Server {
  readonly name: string;
  readonly account: string;
  readonly user: number;
  readonly replicas: number;
  readonly selector: Record<string, string>;
  readonly ports: readonly ServerPort[];
  readonly volumes: readonly k8s.Volume[];
  readonly claim: { readonly name: string; readonly storageClass: StorageClassName; readonly gib: number };
  /** As JSON. */
  readonly container: object;
}

export const peersOf = (name: string): string => `${name}-peers`;
export const certificateOf = (name: string): string => `${name}-tls`;

const service = (
  scope: Component,
  { selector, ports }: Server,
  { name, ...rest }: { name: string } & k8s.ServiceSpec,
): void => {
  new k8s.KubeService(scope, `Service-${name}`, {
    metadata: { name, namespace: scope.props.namespace },
    spec: {
      type: 'ClusterIP',
      selector,
      ports: ports.map((port) => ({
        name: port.name,
        port: port.number,
        targetPort: k8s.IntOrString.fromString(port.name),
        protocol: 'TCP',
      })),
      ...rest,
    },
  });
};

/** The certificate names the service, and each pod by the service that gives pods their names. */
function addCertificate(scope: Component, { name }: Server): void {
  const { namespace } = scope.props;
  new Certificate(scope, 'Certificate', {
    metadata: { name, namespace },
    spec: {
      secretName: certificateOf(name),
      dnsNames: [names.serviceHost(name, namespace), `*.${names.serviceHost(peersOf(name), namespace)}`],
      ...CERTIFICATE_LIFE,
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      usages: ['server auth', 'client auth'],
      issuerRef: DATABASES_ISSUER,
    },
  });
}

function podOf({ account, user, selector, volumes, name }: Server, { nodeGroups }: Environment): k8s.PodSpec {
  const spread = (topologyKey: string, whenUnsatisfiable: string) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable,
    labelSelector: { matchLabels: selector },
  });
  return {
    serviceAccountName: account,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: priorityClass('data'),
    nodeSelector: { [POOL_LABEL]: 'data' },
    tolerations: tolerating('data'),
    topologySpreadConstraints: [
      spread(ZONE, nodeGroups.data.zones > 1 ? 'DoNotSchedule' : 'ScheduleAnyway'),
      spread(HOST, 'ScheduleAnyway'),
    ],
    terminationGracePeriodSeconds: 60,
    securityContext: podSecurity(user),
    containers: [],
    volumes: [{ name: 'certificate', secret: { secretName: certificateOf(name), defaultMode: 0o440 } }, ...volumes],
  };
}

/** Its account, certificate, services, pods and, where there are several, the budget that keeps most of them. */
export function addServer(scope: Component, server: Server): void {
  const { environment } = scope.platform;
  const { name, selector, replicas, claim } = server;
  const metadata = { name, namespace: scope.props.namespace };
  new k8s.KubeServiceAccount(scope, 'ServiceAccount', {
    metadata: { ...metadata, name: server.account },
    automountServiceAccountToken: false,
  });
  addCertificate(scope, server);
  service(scope, server, { name });
  service(scope, server, { name: peersOf(name), clusterIp: 'None', publishNotReadyAddresses: true });
  new StatefulSet(scope, 'StatefulSet', {
    metadata,
    spec: {
      serviceName: peersOf(name),
      replicas,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: selector },
      updateStrategy: { type: 'RollingUpdate' },
      persistentVolumeClaimRetentionPolicy: claimsKept(environment),
      template: {
        metadata: { labels: { ...selector, 'app.kubernetes.io/part-of': PLATFORM, [TEAM_LABEL]: scope.props.owner } },
        spec: {
          ...k8s.toJson_PodSpec(podOf(server, environment)),
          containers: [{ ...server.container, securityContext: CONTAINER_SECURITY }],
        },
      },
      volumeClaimTemplates: [claimOf(claim.name, claim.storageClass, claim.gib)],
    },
  });
  if (replicas > 1) addBudget(scope, server);
}

function addBudget(scope: Construct & Component, { name, selector }: Server): void {
  new k8s.KubePodDisruptionBudget(scope, 'PodDisruptionBudget', {
    metadata: { name, namespace: scope.props.namespace },
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      selector: { matchLabels: selector },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
}
