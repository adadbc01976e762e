import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { namespacesOf } from '../world/objects.ts';
import { containersOf, type PodPort, type Pods, podSpecOf, podsOf } from '../world/pods.ts';
import { describeSelector, labelSelector, mapSelector, type Selector, selects } from '../world/selector.ts';
import {
  broken,
  inManifests,
  type Reference,
  type ReferenceRow,
  type Resolution,
  resolved,
  type Surroundings,
} from './row.ts';

interface PortReference extends Reference {
  readonly port: string | number;
  readonly protocol: string;
  /** Ports of each group of pods behind it; a group without a port list is none of ours to judge. */
  readonly behind: readonly (readonly PodPort[])[];
}

const portOf = (node: Node): string | number | undefined => node.number ?? node.text;

const podsBehind = (tree: Surroundings['tree'], namespace: string | undefined, selector: Selector): readonly Pods[] =>
  podsOf(tree).filter((pod) => pod.namespace === namespace && selects(selector, pod.labels));

/** A number without a protocol is TCP, as everywhere in Kubernetes. */
const opens = (ports: readonly PodPort[], { port, protocol }: PortReference): boolean =>
  ports.some((candidate) => (candidate.name === port || candidate.number === port) && candidate.protocol === protocol);

const describePort = ({ name, number, protocol }: PodPort): string => `${name ? `${name}=` : ''}${number}/${protocol}`;

function open(reference: PortReference): Resolution {
  const closed = reference.behind.find((ports) => ports.length > 0 && !opens(ports, reference));
  if (!closed) return resolved;
  const known = closed.map(describePort).join(', ');
  return broken(
    `the pods behind it open ${known}, not ${reference.port}/${reference.protocol}`,
    'Name a port that the pods open',
  );
}

function toReference(
  at: Node,
  port: string | number | undefined,
  rest: Pick<PortReference, 'protocol' | 'behind'>,
): readonly PortReference[] {
  return port === undefined ? [] : [{ at, value: `${port}/${rest.protocol}`, port, ...rest }];
}

function servicePorts({ kind, group, namespace, root }: Manifest, { tree }: Surroundings): readonly PortReference[] {
  if (kind !== 'Service' || group !== '' || !root.at('spec.selector').exists) return [];
  const behind = podsBehind(tree, namespace, mapSelector(root.at('spec.selector'))).map(({ ports }) => ports);
  return root.list('spec.ports').flatMap((entry) => {
    const target = entry.key('targetPort');
    const at = target.exists ? target : entry.key('port');
    return toReference(at, portOf(at), { protocol: entry.key('protocol').text ?? 'TCP', behind });
  });
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const HOOKS = ['lifecycle.preStop', 'lifecycle.postStart'] as const;

function probePorts(manifest: Manifest): readonly PortReference[] {
  const podSpec = podSpecOf(manifest);
  if (!podSpec) return [];
  return containersOf(podSpec).flatMap((container) => {
    const ports = container.list('ports').map((port): PodPort => {
      const name = port.key('name').text;
      return {
        ...(name ? { name } : {}),
        number: port.key('containerPort').number ?? 0,
        protocol: port.key('protocol').text ?? 'TCP',
      };
    });
    const actions = [...PROBES, ...HOOKS].map((path) => container.at(path));
    return actions
      .flatMap((action) => [action.at('httpGet.port'), action.at('tcpSocket.port'), action.at('grpc.port')])
      .flatMap((at) => toReference(at, portOf(at), { protocol: 'TCP', behind: [ports] }));
  });
}

/** Ports that a sidecar of Istio opens beside the application's (Istio documentation, «Ports used by Istio»). */
const SIDECAR_PORTS: readonly PodPort[] = [15020, 15021, 15090].map((number) => ({ number, protocol: 'TCP' }));

/** Pods of a peer, or the policy's own; only where all of them are known. */
function peerPods(peer: Node, namespace: string | undefined, tree: Surroundings['tree']): readonly Pods[] {
  const spaces = peer.key('namespaceSelector');
  const podSelector = labelSelector(peer.key('podSelector'));
  const spaceSelector = labelSelector(spaces);
  return podsOf(tree).filter((pod) => {
    const fits = spaces.exists
      ? selects(spaceSelector, namespacesOf(tree).get(pod.namespace) ?? {})
      : pod.namespace === namespace;
    return fits && selects(podSelector, pod.labels);
  });
}

/** What somebody is let in to, or out to, must be open there: a rule to a closed port hides a typo. */
function policyPorts({ kind, namespace, root }: Manifest, { tree }: Surroundings): readonly PortReference[] {
  if (kind !== 'NetworkPolicy') return [];
  const own = podsBehind(tree, namespace, labelSelector(root.at('spec.podSelector')));
  const rule = (node: Node, pods: readonly Pods[]): readonly PortReference[] =>
    node.list('ports').flatMap((entry) => {
      // Several kinds of pods may be selected; one that opens the port is enough.
      const behind = pods.length === 0 ? [] : [pods.flatMap(({ ports }) => [...ports, ...SIDECAR_PORTS])];
      return toReference(entry.key('port'), portOf(entry.key('port')), {
        protocol: entry.key('protocol').text ?? 'TCP',
        behind,
      });
    });
  const inward = root.list('spec.ingress').flatMap((node) => rule(node, own));
  const outward = root.list('spec.egress').flatMap((node) =>
    rule(
      node,
      node
        .list('to')
        .filter((peer) => !peer.key('ipBlock').exists)
        .flatMap((peer) => peerPods(peer, namespace, tree)),
    ),
  );
  return [...inward, ...outward];
}

interface MonitorReference extends Reference {
  readonly selector: Selector;
  readonly namespaces: readonly string[];
  readonly ports: readonly Node[];
}

function serviceMonitors({ kind, namespace = '', root }: Manifest): readonly MonitorReference[] {
  if (kind !== 'ServiceMonitor') return [];
  const at = root.at('spec.selector');
  const named = root.list('spec.namespaceSelector.matchNames').flatMap((name) => name.text ?? []);
  const selector = labelSelector(at);
  const ports = root.list('spec.endpoints').map((endpoint) => endpoint.key('port'));
  return [
    { at, value: describeSelector(selector), selector, namespaces: named.length > 0 ? named : [namespace], ports },
  ];
}

function monitored({ selector, namespaces, ports }: MonitorReference, { tree }: Surroundings): Resolution {
  const services = tree
    .ofKind('Service', '')
    .filter(
      (service) =>
        namespaces.includes(service.namespace ?? '') && selects(selector, service.root.at('metadata.labels').texts),
    );
  if (services.length === 0) return broken('it selects no service', 'Use the labels of the service that is meant');
  const known = services.flatMap((service) => service.root.list('spec.ports').map((port) => port.key('name').text));
  const missing = ports.find((port) => port.text !== undefined && !known.includes(port.text));
  if (!missing) return resolved;
  return broken(
    `the services have the ports ${known.join(', ')}, and ${missing.path} names «${missing.text}»`,
    'Name a port of the service',
  );
}

export const portRows: readonly ReferenceRow[] = [
  inManifests<PortReference>({
    kind: 'target port',
    says: 'A service leads to a port that its pods open.',
    find: servicePorts,
    resolve: open,
  }),
  inManifests<PortReference>({
    kind: 'probe port',
    says: 'A probe or hook asks a port that its own container opens.',
    find: probePorts,
    resolve: (reference) =>
      reference.behind.some((ports) => opens(ports, reference))
        ? resolved
        : broken('the container opens no such port', 'Name a port of this container'),
  }),
  inManifests<PortReference>({
    kind: 'policy port',
    says: 'A port that a network policy allows is open on the pods that it leads to.',
    find: policyPorts,
    resolve: open,
  }),
  inManifests<MonitorReference>({
    kind: 'service monitor',
    says: 'What a service monitor scrapes is a service with this port.',
    find: serviceMonitors,
    resolve: monitored,
  }),
];
