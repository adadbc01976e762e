import { SHARED_ACCOUNT, SHARED_REGION } from '#catalog/environments/index.ts';
import { type Environment, MANAGEMENT_PORT, type Port, replicaRange, type Service } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { strategyOf } from '#catalog/rollouts.ts';
import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { podSpecOf, portsOf } from '../world/pods.ts';
import { type Declared, type Facts, type Found, foundIn, type ParityRow, type Surroundings } from './row.ts';

/** Kinds that keep pods running, as a service does; jobs come and go. */
const RUNNING = ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout'] as const;

const inNamespace = ({ namespace }: Manifest): boolean => namespace === SERVICES_NAMESPACE;

export const workloadsOf = ({ tree }: Surroundings): readonly Manifest[] =>
  RUNNING.flatMap((kind) => tree.ofKind(kind)).filter(inNamespace);

const declaredBy = (
  services: readonly Service[],
  facts: (service: Service) => Facts = () => ({}),
): readonly Declared[] =>
  services.map((service) => ({ key: service.name, by: `services.${service.name}`, facts: facts(service) }));

const ofKind =
  (kind: string, facts: (manifest: Manifest) => Facts = () => ({})) =>
  ({ tree }: Surroundings): readonly Found[] =>
    tree
      .ofKind(kind)
      .filter(inNamespace)
      .map((manifest) => foundIn(manifest, manifest.name, facts(manifest)));

const protocolOf = (protocol: string): string => (protocol === 'udp' ? 'UDP' : 'TCP');

const describePorts = (ports: readonly (readonly [string, Port])[]): string =>
  ports
    .map(([name, { number, protocol }]) => `${name}=${number}/${protocolOf(protocol)}`)
    .sort()
    .join(', ');

const declaredPorts = ({ ports }: Service): string => describePorts(Object.entries(ports));

const gamePortsOf = ({ ports }: Service) => Object.entries(ports).filter(([, { exposure }]) => exposure === 'game');

/** The load balancer for players has a service of its own, with the ports that players open and no other. */
const gameServices = (services: readonly Service[]): readonly Declared[] =>
  services
    .filter((service) => gamePortsOf(service).length > 0)
    .map((service) => ({
      key: names.gameService(service.name),
      by: `services.${service.name}`,
      facts: { 'spec.ports': describePorts(gamePortsOf(service)), 'spec.type': 'LoadBalancer' },
    }));

/** A revision that nobody sees yet is reached under a name of its own. */
const previewServices = (services: readonly Service[]): readonly Declared[] =>
  services
    .filter((service) => strategyOf(service) === 'blue-green')
    .map((service) => ({
      key: names.previewService(service.name),
      by: `services.${service.name}`,
      facts: { 'spec.ports': declaredPorts(service), 'spec.type': 'ClusterIP' },
    }));

/** The container that is the service, beside whatever helpers it has. */
export const ownContainer = (manifest: Manifest): Node | undefined => {
  const containers = podSpecOf(manifest)?.list('containers') ?? [];
  return containers.find((container) => container.key('name').text === manifest.name) ?? containers[0];
};

const PORTS = 'spec.template.spec.containers[].ports';
const CONTAINER = 'spec.template.spec.containers[]';

function workloadFacts(manifest: Manifest): Facts {
  const podSpec = podSpecOf(manifest);
  const container = ownContainer(manifest);
  const ports = podSpec ? portsOf(podSpec).map(({ name, number, protocol }) => `${name}=${number}/${protocol}`) : [];
  return {
    'spec.template.spec.serviceAccountName': podSpec?.key('serviceAccountName').text,
    [PORTS]: [...ports].sort().join(', '),
    [`${CONTAINER}.image`]: container?.key('image').text?.split('@')[0],
    [`${CONTAINER}.resources.requests.cpu`]: container?.at('resources.requests.cpu').text,
    [`${CONTAINER}.resources.requests.memory`]: container?.at('resources.requests.memory').text,
  };
}

const declaredWorkload = (service: Service): Facts => ({
  'spec.template.spec.serviceAccountName': names.serviceAccount(service.name),
  [PORTS]: declaredPorts(service),
  [`${CONTAINER}.image`]: names.image({ account: SHARED_ACCOUNT, region: SHARED_REGION }, service.name),
  [`${CONTAINER}.resources.requests.cpu`]: `${service.resources.cpuMillis}m`,
  [`${CONTAINER}.resources.requests.memory`]: `${service.resources.memoryMiB}Mi`,
});

const servicePorts = ({ root }: Manifest): Facts => ({
  'spec.type': root.at('spec.type').text ?? 'ClusterIP',
  'spec.ports': root
    .list('spec.ports')
    .map((port) => `${port.key('name').text}=${port.key('port').number}/${port.key('protocol').text ?? 'TCP'}`)
    .sort()
    .join(', '),
});

/** Accounts that stores of External Secrets sign in as belong to no service. */
function serviceAccounts({ tree }: Surroundings): readonly Found[] {
  const readers = new Set(
    tree.ofKind('SecretStore').map(({ root }) => root.at('spec.provider.kubernetes.auth.serviceAccount.name').text),
  );
  return tree
    .ofKind('ServiceAccount')
    .filter((account) => inNamespace(account) && !readers.has(account.name))
    .map((account) => foundIn(account, account.name));
}

/** Where one replica is the rule, a budget would keep its node from ever being drained. */
const isProtected = ({ replicas }: Environment, { minAvailable }: Service): boolean =>
  replicas === 'full' && minAvailable > 0;

const AUTOSCALERS = { cpu: 'HorizontalPodAutoscaler', lag: 'ScaledObject' } as const;

/** At full size the figures are the catalog's own; at a single replica only the lower end is given. */
function declaredScaling({ replicas }: Environment, { name, scaling }: Service): readonly Declared[] {
  if (scaling.kind === 'fixed') return [];
  const { min, max } = replicaRange(scaling);
  const full = replicas === 'full';
  const facts = { min: String(full ? min : 1), max: full ? String(max) : undefined };
  return [{ key: `${AUTOSCALERS[scaling.kind]} ${name}`, by: `services.${name}.scaling`, facts }];
}

function foundScaling({ tree }: Surroundings): readonly Found[] {
  const bounds = {
    HorizontalPodAutoscaler: ['minReplicas', 'maxReplicas'],
    ScaledObject: ['minReplicaCount', 'maxReplicaCount'],
  } as const;
  return Object.entries(bounds).flatMap(([kind, [min, max]]) =>
    tree
      .ofKind(kind)
      .filter(inNamespace)
      .map((manifest) => {
        const read = (field: string): string => String(manifest.root.at(`spec.${field}`).number);
        return foundIn(manifest, `${kind} ${manifest.name}`, { min: read(min), max: read(max) });
      }),
  );
}

export const serviceRows: readonly ParityRow[] = [
  {
    kind: 'workload',
    says: 'Each service runs, with its account, ports, image and resources; nothing else runs beside them.',
    declared: ({ catalog }) => declaredBy(catalog.services, declaredWorkload),
    found: (surroundings) =>
      workloadsOf(surroundings).map((manifest) => foundIn(manifest, manifest.name, workloadFacts(manifest))),
  },
  {
    kind: 'service account',
    says: 'Each service has an account of its own.',
    declared: ({ catalog }) =>
      catalog.services.map(({ name }) => ({ key: names.serviceAccount(name), by: `services.${name}` })),
    found: serviceAccounts,
  },
  {
    kind: 'cluster service',
    says: 'Each service can be reached at the ports that it declares.',
    declared: ({ catalog }) => [
      ...declaredBy(catalog.services, (service) => ({
        'spec.ports': declaredPorts(service),
        'spec.type': 'ClusterIP',
      })),
      ...gameServices(catalog.services),
      ...previewServices(catalog.services),
    ],
    found: (surroundings) => ofKind('Service', servicePorts)(surroundings),
  },
  {
    kind: 'disruption budget',
    says: 'Each service keeps as many replicas through a drain as it declares.',
    declared: ({ catalog, tree }) =>
      declaredBy(
        catalog.services.filter((service) => isProtected(tree.environment, service)),
        ({ minAvailable }) => ({ 'spec.minAvailable': String(minAvailable) }),
      ),
    found: ofKind('PodDisruptionBudget', ({ root }) => ({
      'spec.minAvailable': String(root.at('spec.minAvailable').value),
    })),
  },
  {
    kind: 'autoscaler',
    says: 'Each service scales as it declares.',
    declared: ({ catalog, tree }) => catalog.services.flatMap((service) => declaredScaling(tree.environment, service)),
    found: foundScaling,
  },
  {
    kind: 'service monitor',
    says: "Each service's metrics are scraped.",
    declared: ({ catalog }) => declaredBy(catalog.services.filter(({ ports }) => MANAGEMENT_PORT in ports)),
    found: ofKind('ServiceMonitor'),
  },
];
