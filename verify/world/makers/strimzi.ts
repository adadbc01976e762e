import type { Manifest } from '../../tree/manifest.ts';
import type { Tree } from '../../tree/tree.ts';
import type { Made, MadeData, Maker } from '../made.ts';
import type { Labels, PodPort, Pods } from '../pods.ts';

const GROUP = 'kafka.strimzi.io';
export const CLUSTER_LABEL = 'strimzi.io/cluster';

/** Ports of every node beside its listeners: control plane, replication, agent, metrics (Strimzi, KafkaCluster.java). */
const CONTROL_PLANE: PodPort = { name: 'tcp-ctrlplane', number: 9090, protocol: 'TCP' };
const REPLICATION: PodPort = { name: 'tcp-replication', number: 9091, protocol: 'TCP' };
const AGENT: PodPort = { name: 'tcp-kafkaagent', number: 8443, protocol: 'TCP' };
const METRICS: PodPort = { name: 'tcp-prometheus', number: 9404, protocol: 'TCP' };

const CA_KEYS = new Set(['ca.crt', 'ca.p12', 'ca.password']);

/** Names that Strimzi kept from before listeners had names of their own (ListenersUtils.java). */
const OLD_PORT_NAMES: Readonly<Record<string, string>> = {
  'plain-9092': 'tcp-clients',
  'tls-9093': 'tcp-clientstls',
  'external-9094': 'tcp-external',
};

function listenersOf(kafka: Manifest | undefined): readonly PodPort[] {
  return (kafka?.root.list('spec.kafka.listeners') ?? []).map((listener) => {
    const number = listener.key('port').number ?? 0;
    const name = `${listener.key('name').text}-${number}`;
    return { name: OLD_PORT_NAMES[name] ?? `tcp-${name}`, number, protocol: 'TCP' };
  });
}

const numbersOf = (ports: readonly PodPort[]): readonly number[] => ports.map(({ number }) => number);

function kafkaPods(cluster: string, name: string): Labels {
  return { [CLUSTER_LABEL]: cluster, 'strimzi.io/kind': 'Kafka', 'strimzi.io/name': `${cluster}-${name}` };
}

const BALANCE: PodPort = { name: 'rest-api', number: 9090, protocol: 'TCP' };

/** Parts of a Kafka object that are pods of their own when their section is there. */
const PARTS = [
  { section: 'spec.entityOperator', name: 'entity-operator', api: undefined, ports: [] },
  { section: 'spec.kafkaExporter', name: 'kafka-exporter', api: undefined, ports: [METRICS] },
  { section: 'spec.cruiseControl', name: 'cruise-control', api: BALANCE.number, ports: [BALANCE, METRICS] },
] as const;

function kafka(manifest: Manifest): Made {
  const { namespace = '', name, root } = manifest;
  const authority = (suffix: string): MadeData => ({ namespace, name: `${name}-${suffix}`, keys: CA_KEYS });
  const listeners = listenersOf(manifest);
  const parts = PARTS.filter(({ section }) => root.at(section).exists);
  const apis = parts.filter(({ api }) => api !== undefined);
  return {
    secrets: [authority('cluster-ca-cert'), authority('clients-ca-cert')],
    services: [
      { namespace, name: `${name}-kafka-bootstrap`, ports: numbersOf([REPLICATION, ...listeners]) },
      { namespace, name: `${name}-kafka-brokers`, ports: numbersOf([CONTROL_PLANE, REPLICATION, AGENT, ...listeners]) },
      ...apis.map((part) => ({ namespace, name: `${name}-${part.name}`, ports: part.api ? [part.api] : [] })),
    ],
    serviceAccounts: [
      { namespace, name: `${name}-kafka` },
      ...parts.map((part) => ({ namespace, name: `${name}-${part.name}` })),
    ],
    pods: parts.map(
      (part): Pods => ({
        namespace,
        labels: kafkaPods(name, part.name),
        ports: part.ports,
        origin: `${part.name} of Strimzi`,
      }),
    ),
  };
}

function nodePool({ namespace = '', name, root }: Manifest, tree: Tree): Made {
  const cluster = root.at('metadata.labels').texts[CLUSTER_LABEL] ?? '';
  const roles = root.list('spec.roles').map((role) => role.text);
  const owner = tree.find('Kafka', namespace, cluster);
  const metrics = owner?.root.at('spec.kafka.metricsConfig').exists ? [METRICS] : [];
  const broker = roles.includes('broker') ? [REPLICATION, ...listenersOf(owner)] : [];
  const controller = roles.includes('controller') ? [CONTROL_PLANE] : [];
  const labels = {
    ...kafkaPods(cluster, 'kafka'),
    'strimzi.io/pool-name': name,
    'strimzi.io/broker-role': String(roles.includes('broker')),
    'strimzi.io/controller-role': String(roles.includes('controller')),
    ...root.at('spec.template.pod.metadata.labels').texts,
  };
  return {
    pods: [
      {
        namespace,
        labels,
        ports: [...controller, ...broker, AGENT, ...metrics],
        origin: `Kafka pool ${name} of Strimzi`,
      },
    ],
  };
}

const SCRAM_KEYS = new Set(['password', 'sasl.jaas.config']);
const TLS_KEYS = new Set(['ca.crt', 'user.crt', 'user.key', 'user.p12', 'user.password']);

function user({ namespace = '', name, root }: Manifest): Made {
  const type = root.at('spec.authentication.type').text;
  const keys = type === 'scram-sha-512' ? SCRAM_KEYS : TLS_KEYS;
  return type === undefined ? {} : { secrets: [{ namespace, name, keys }] };
}

const REST: PodPort = { name: 'rest-api', number: 8083, protocol: 'TCP' };

const connector =
  (kind: string, suffix: string) =>
  ({ namespace = '', name }: Manifest): Made => ({
    services: [{ namespace, name: `${name}-${suffix}-api`, ports: [REST.number] }],
    serviceAccounts: [{ namespace, name: `${name}-${suffix}` }],
    pods: [
      {
        namespace,
        labels: { [CLUSTER_LABEL]: name, 'strimzi.io/kind': kind, 'strimzi.io/name': `${name}-${suffix}` },
        ports: [REST, METRICS],
        origin: `${kind} of Strimzi`,
      },
    ],
  });

const SOURCE = 'Strimzi 1.2 documentation, «List of Kafka cluster resources», «KafkaUser secrets»; Labels.java';

export const strimzi: readonly Maker[] = [
  { kind: 'Kafka', group: GROUP, makes: kafka, source: SOURCE },
  { kind: 'KafkaNodePool', group: GROUP, makes: nodePool, source: SOURCE },
  { kind: 'KafkaUser', group: GROUP, makes: user, source: SOURCE },
  { kind: 'KafkaConnect', group: GROUP, makes: connector('KafkaConnect', 'connect'), source: SOURCE },
  { kind: 'KafkaMirrorMaker2', group: GROUP, makes: connector('KafkaMirrorMaker2', 'mirrormaker2'), source: SOURCE },
];
