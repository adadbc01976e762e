import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-27';
import { type Environment, MANAGEMENT_PORT, type Port, type Service } from '#catalog/index.ts';
import { declaredEdges, SERVICE_LABEL } from '#catalog/infrastructure.ts';
import { gamePorts, SIDECAR } from '#catalog/mesh.ts';
import { names, PLATFORM, POOL_LABEL } from '#catalog/names.ts';
import { POD_IDENTITY_ADDRESS } from '#catalog/network.ts';
import { AUTHORITIES } from '../lib/authorities.ts';
import { type Platform, TEAM_LABEL } from '../lib/component.ts';
import { imageOf } from '../lib/images.ts';
import { mebibytes, millis, quantities, quantity } from '../lib/quantities.ts';
import { HOST, ZONE } from '../lib/scheduling.ts';
import { CONTAINER_SECURITY, podSecurity } from '../lib/security.ts';
import { priorityClass } from '../platform/classes.ts';
import { type Configuration, SECRETS_FOLDER, TRUST_FOLDER } from './configuration.ts';

/** `nonroot` of the distroless images. */
const USER_ID = 65_532;
/** Readable by the process, which is not the owner, through the pod's group. */
const FILE_MODE = 0o440;
const TEMPORARY_MIB = 64;

/** Load balancers and sidecars need a moment to forget a pod that stops; it takes requests until then. */
const FORGET_SECONDS = 5;
/** The moment above, the 25 s that a process has to drain (kit, SHUTDOWN_TIMEOUT), and 5 s of slack. */
const TERMINATION_GRACE_SECONDS = FORGET_SECONDS + 25 + 5;

export const selectorOf = ({ name }: Service): Record<string, string> => ({ [SERVICE_LABEL]: name });

export const labelsOf = (service: Service): Record<string, string> => ({
  ...selectorOf(service),
  'app.kubernetes.io/part-of': PLATFORM,
  [TEAM_LABEL]: service.owner,
});

export const kafkaSecret = ({ name }: Service): string => `${name}-kafka`;

/** Ports of a service lead to the ports of its pods by name. */
export const servicePorts = (ports: readonly (readonly [string, Port])[]): k8s.ServicePort[] =>
  ports.map(([name, { number, protocol }]) => ({
    name,
    port: number,
    targetPort: k8s.IntOrString.fromString(name),
    protocol: protocol === 'udp' ? 'UDP' : 'TCP',
    ...(protocol === 'udp' ? {} : { appProtocol: protocol }),
  }));

const probe = (path: string, timing: Pick<k8s.Probe, 'periodSeconds' | 'failureThreshold'>): k8s.Probe => ({
  httpGet: { path, port: k8s.IntOrString.fromString(MANAGEMENT_PORT) },
  timeoutSeconds: 2,
  ...timing,
});

/** A minute to start; then out of the way after 15 s of not being ready, and restarted after 30 s of not being alive. */
const PROBES = {
  startupProbe: probe('/health/live', { periodSeconds: 2, failureThreshold: 30 }),
  readinessProbe: probe('/health/ready', { periodSeconds: 5, failureThreshold: 3 }),
  livenessProbe: probe('/health/live', { periodSeconds: 10, failureThreshold: 3 }),
};

/** Memory is a limit, because a leak must end in a restart; CPU is not, because throttling is felt as latency. */
function resourcesOf({ resources }: Service): k8s.ResourceRequirements {
  const memory = mebibytes(resources.memoryMiB);
  return { requests: quantities({ cpu: millis(resources.cpuMillis), memory }), limits: quantities({ memory }) };
}

const items = (keys: readonly string[]): k8s.KeyToPath[] => keys.map((key) => ({ key, path: key }));

function secretSources(service: Service, { files, kafkaPassword }: Configuration): k8s.VolumeProjection[] {
  const aws = files.length > 0 ? [{ secret: { name: names.serviceSecret(service.name), items: items(files) } }] : [];
  const kafka = kafkaPassword ? [{ secret: { name: kafkaSecret(service), items: items([kafkaPassword]) } }] : [];
  return [...aws, ...kafka];
}

const trustSources = ({ authorities }: Configuration): k8s.VolumeProjection[] =>
  authorities.map((authority) => {
    const { kind, name, key, file } = AUTHORITIES[authority];
    return { [kind]: { name, items: [{ key, path: file }] } };
  });

interface Mount {
  readonly volume: k8s.Volume;
  readonly path: string;
  readonly readOnly: boolean;
}

function mountsOf(service: Service, configuration: Configuration): readonly Mount[] {
  const projected = (name: string, path: string, sources: k8s.VolumeProjection[]): readonly Mount[] =>
    sources.length > 0
      ? [{ volume: { name, projected: { defaultMode: FILE_MODE, sources } }, path, readOnly: true }]
      : [];
  const temporary = { name: 'tmp', emptyDir: { sizeLimit: quantity(mebibytes(TEMPORARY_MIB)) } };
  return [
    { volume: temporary, path: '/tmp', readOnly: false },
    ...projected('secrets', SECRETS_FOLDER, secretSources(service, configuration)),
    ...projected('trust', TRUST_FOLDER, trustSources(configuration)),
  ];
}

function variablesFrom({ name }: Service, { variables }: Configuration): Pick<k8s.Container, 'env' | 'envFrom'> {
  const secret = names.serviceSecret(name);
  const env = variables.map((key) => ({ name: key, valueFrom: { secretKeyRef: { name: secret, key } } }));
  return {
    envFrom: [{ configMapRef: { name: names.serviceConfiguration(name) } }],
    ...(env.length > 0 ? { env } : {}),
  };
}

function containerOf(platform: Platform, service: Service, configuration: Configuration): k8s.Container {
  return {
    name: service.name,
    image: imageOf(service, platform.images),
    imagePullPolicy: 'IfNotPresent',
    ports: Object.entries(service.ports).map(([name, { number, protocol }]) => ({
      name,
      containerPort: number,
      protocol: protocol === 'udp' ? 'UDP' : 'TCP',
    })),
    ...variablesFrom(service, configuration),
    resources: resourcesOf(service),
    ...PROBES,
    securityContext: CONTAINER_SECURITY,
    volumeMounts: mountsOf(service, configuration).map(({ volume, path, readOnly }) => ({
      name: volume.name,
      mountPath: path,
      ...(readOnly ? { readOnly } : {}),
    })),
  };
}

/** Zones before hosts: losing a zone is the case that the platform promises to bear. */
function spreadOf({ replicas }: Environment, service: Service, label: string): k8s.TopologySpreadConstraint[] {
  const spread = (topologyKey: string, whenUnsatisfiable: string): k8s.TopologySpreadConstraint => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable,
    labelSelector: { matchLabels: selectorOf(service) },
    // Each revision is spread by itself, or the pods of the last one would push the new ones aside.
    matchLabelKeys: [label],
  });
  return [spread(ZONE, replicas === 'full' ? 'DoNotSchedule' : 'ScheduleAnyway'), spread(HOST, 'ScheduleAnyway')];
}

export interface PodShape {
  readonly configuration: Configuration;
  /** By which the pods of one revision are told from those of another. */
  readonly label: string;
}

/** The types are those of Kubernetes 1.27, which had no sleep (stable since 1.34); distroless images have no shell. */
const LIFECYCLE = { preStop: { sleep: { seconds: FORGET_SECONDS } } };

function podSpecOf(platform: Platform, service: Service, { configuration, label }: PodShape): object {
  const spec: k8s.PodSpec = {
    serviceAccountName: names.serviceAccount(service.name),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: priorityClass(service.priority),
    nodeSelector: { [POOL_LABEL]: 'application' },
    topologySpreadConstraints: spreadOf(platform.environment, service, label),
    terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS,
    securityContext: podSecurity(USER_ID),
    containers: [],
    volumes: mountsOf(service, configuration).map(({ volume }) => volume),
  };
  const container = k8s.toJson_Container(containerOf(platform, service, configuration));
  return { ...k8s.toJson_PodSpec(spec), containers: [{ ...container, lifecycle: LIFECYCLE }] };
}

/** Variables are read at the start, so a changed config map has to change the pods. */
const checksumOf = ({ plain }: Configuration): string =>
  createHash('sha256').update(JSON.stringify(plain)).digest('hex').slice(0, 16);

const usesIdentity = ({ catalog, environment }: Platform, { name }: Service): boolean =>
  declaredEdges(catalog, environment).some(
    ({ from, to }) =>
      from.kind === 'service' && from.name === name && to.kind === 'infrastructure' && to.name === 'pod-identity-agent',
  );

/** Size of the proxy beside the service, and what passes it by: players, and the agent on the node that gives credentials. */
function proxyAnnotations(platform: Platform, service: Service): Readonly<Record<string, string>> {
  const game = gamePorts(service);
  return {
    'sidecar.istio.io/proxyCPU': millis(SIDECAR.cpuMillis),
    'sidecar.istio.io/proxyMemory': mebibytes(SIDECAR.memoryMiB),
    'sidecar.istio.io/proxyMemoryLimit': mebibytes(SIDECAR.memoryLimitMiB),
    ...(game.length > 0 ? { 'traffic.sidecar.istio.io/excludeInboundPorts': game.join(',') } : {}),
    ...(usesIdentity(platform, service)
      ? { 'traffic.sidecar.istio.io/excludeOutboundIPRanges': POD_IDENTITY_ADDRESS }
      : {}),
  };
}

/** The pods of a service: restricted, read-only, without a token of the cluster. */
export function podTemplateOf(platform: Platform, service: Service, shape: PodShape): object {
  return {
    metadata: {
      labels: labelsOf(service),
      annotations: {
        [`${PLATFORM}/configuration`]: checksumOf(shape.configuration),
        ...proxyAnnotations(platform, service),
      },
    },
    spec: podSpecOf(platform, service, shape),
  };
}
