import type { Node } from '../../tree/node.ts';
import { allows } from '../comparisons.ts';
import type { SetRow } from '../rows.ts';
import { guardsOf, powersOf } from './powers.ts';

const EXPOSED = { class: 'dangerous', hazard: 'public exposure' } as const;
const PRIVILEGE = { class: 'dangerous', hazard: 'privilege gain' } as const;
const OPENED = { class: 'dangerous', hazard: 'removed deny' } as const;
const CLOSED = { class: 'disruptive', hazard: 'access lost' } as const;

const json = ({ value }: Node): string => JSON.stringify(value);
const textsOf = (nodes: readonly Node[]): readonly string[] => nodes.flatMap(({ text }) => text ?? []);

const podSpec = (root: Node): Node => root.at('spec.template.spec');

/** One permission a line: what may be done to what. */
function rules(role: Node): readonly string[] {
  return role.list('rules').flatMap((rule) => {
    const groups = textsOf(rule.list('apiGroups'));
    const resources = textsOf(rule.list('resources'));
    const names = textsOf(rule.list('resourceNames'));
    const only = names.length > 0 ? ` named ${names.join(', ')}` : '';
    return textsOf(rule.list('verbs')).flatMap((verb) =>
      resources.flatMap((resource) => groups.map((group) => `${verb} ${group}/${resource}${only}`)),
    );
  });
}

const subjects = (binding: Node): readonly string[] =>
  binding
    .list('subjects')
    .map((subject) => ['kind', 'namespace', 'name'].map((key) => subject.key(key).text ?? '').join(' '));

interface Acl {
  readonly operation: string;
  readonly type: string;
  readonly name: string;
}

/** `Read topic player.events.raw`; a prefix ends with a star. */
const aclsOf = (user: Node): readonly string[] =>
  user.list('spec.authorization.acls').flatMap((acl) => {
    const resource = acl.key('resource');
    const name = `${resource.key('name').text ?? ''}${resource.key('patternType').text === 'prefix' ? '*' : ''}`;
    const denies = acl.key('type').text === 'deny' ? 'not ' : '';
    return textsOf(acl.list('operations')).map(
      (operation) => `${denies}${operation} ${resource.key('type').text ?? ''} ${name}`,
    );
  });

const parsedAcl = (text: string): Acl => {
  const [operation = '', type = '', ...name] = text.split(' ');
  return { operation, type, name: name.join(' ') };
};

function aclCovers(had: string, other: string): boolean {
  const [wide, narrow] = [parsedAcl(had), parsedAcl(other)];
  const sameOperation = wide.operation === narrow.operation || wide.operation === 'All';
  return sameOperation && wide.type === narrow.type && allows(wide.name, narrow.name);
}

const isDenial = (acl: string): boolean => acl.startsWith('not ');

/** Peers of a network policy; nobody named means everybody. */
function peers(policy: Node, direction: 'ingress' | 'egress'): readonly string[] {
  const field = direction === 'ingress' ? 'from' : 'to';
  return policy.list(`spec.${direction}`).flatMap((rule) => {
    const named = rule.list(field).map(json);
    const ports = rule.key('ports').exists ? json(rule.key('ports')) : 'all ports';
    return (named.length > 0 ? named : ['everybody']).map((peer) => `${peer} at ${ports}`);
  });
}

/** Peers that are the whole internet, or anybody in the cluster. */
const openPeers = (policy: Node, direction: 'ingress' | 'egress'): readonly string[] =>
  peers(policy, direction).filter((peer) =>
    /^everybody|"(?:0\.0\.0\.0\/0|::\/0)"|^\{"namespaceSelector":\{\}\}/.test(peer),
  );

/** Whether an open block leaves out the private ranges does not make it less open to the world. */
const scopedPeers = (policy: Node, direction: 'ingress' | 'egress'): readonly string[] => {
  const open = new Set(openPeers(policy, direction));
  return peers(policy, direction).filter((peer) => !open.has(peer));
};

const WORKLOADS = ['apps Deployment', 'apps StatefulSet', 'apps DaemonSet', 'argoproj.io Rollout'] as const;

const podSets: readonly SetRow[] = WORKLOADS.flatMap((subject): readonly SetRow[] => [
  {
    subject,
    of: (root) => powersOf(podSpec(root)),
    gained: { ...PRIVILEGE, says: 'Its pods get a power' },
    countsWhenNew: true,
  },
  {
    subject,
    of: (root) => guardsOf(podSpec(root)),
    lost: { ...PRIVILEGE, says: 'Its pods lose a guard' },
    countsWhenNew: false,
  },
]);

const networkSets: readonly SetRow[] = (['ingress', 'egress'] as const).flatMap((direction): readonly SetRow[] => [
  {
    subject: 'networking.k8s.io NetworkPolicy',
    of: (root) => openPeers(root, direction),
    gained: { ...EXPOSED, says: direction === 'ingress' ? 'Pods can be reached by' : 'Pods can reach' },
    lost: { ...CLOSED, says: 'A way is closed' },
    countsWhenNew: true,
  },
  {
    subject: 'networking.k8s.io NetworkPolicy',
    of: (root) => scopedPeers(root, direction),
    gained: { class: 'safe', hazard: 'none', says: 'A way between named parties is opened' },
    lost: { ...CLOSED, says: 'A way is closed' },
    countsWhenNew: true,
  },
]);

const SCHEMES: Readonly<Record<string, (root: Node) => Node>> = {
  'networking.k8s.io Ingress': (root) => root.at('metadata.annotations').key('alb.ingress.kubernetes.io/scheme'),
  ' Service': (root) => root.at('metadata.annotations').key('service.beta.kubernetes.io/aws-load-balancer-scheme'),
};

/** Ways in from the internet; the controller makes internal load balancers unless the scheme says otherwise. */
const publicSets: readonly SetRow[] = Object.entries(SCHEMES).map(([subject, schemeOf]) => ({
  subject,
  of: (root) => (schemeOf(root).text === 'internet-facing' ? ['everybody on the internet'] : []),
  gained: { ...EXPOSED, says: 'Its load balancer takes connections of' },
  lost: { ...CLOSED, says: 'Its load balancer no longer takes connections of' },
  countsWhenNew: true,
}));

const identitySets: readonly SetRow[] = [
  ...['Role', 'ClusterRole'].map(
    (kind): SetRow => ({
      subject: `rbac.authorization.k8s.io ${kind}`,
      of: rules,
      gained: { ...PRIVILEGE, says: 'The role may also' },
      lost: { ...CLOSED, says: 'The role may no longer' },
      countsWhenNew: true,
      covers: allows,
    }),
  ),
  ...['RoleBinding', 'ClusterRoleBinding'].map(
    (kind): SetRow => ({
      subject: `rbac.authorization.k8s.io ${kind}`,
      of: subjects,
      gained: { ...PRIVILEGE, says: 'The role is given to' },
      lost: { ...CLOSED, says: 'The role is taken from' },
      countsWhenNew: true,
    }),
  ),
  {
    subject: 'kafka.strimzi.io KafkaUser',
    of: (user) => aclsOf(user).filter((acl) => !isDenial(acl)),
    gained: { ...PRIVILEGE, says: 'The user may also' },
    lost: { ...CLOSED, says: 'The user may no longer' },
    countsWhenNew: false,
    covers: aclCovers,
  },
  {
    subject: 'kafka.strimzi.io KafkaUser',
    of: (user) => aclsOf(user).filter((acl) => !isDenial(acl) && /^All | \*$/.test(acl)),
    gained: { ...PRIVILEGE, says: 'The user may do more than one thing needs' },
    countsWhenNew: true,
  },
  {
    subject: 'kafka.strimzi.io KafkaUser',
    of: (user) => aclsOf(user).filter(isDenial),
    lost: { ...OPENED, says: 'The user is no longer denied' },
    countsWhenNew: false,
  },
  {
    subject: 'kafka.strimzi.io KafkaUser',
    of: (user) => (user.at('spec.authorization').exists ? ['its access list'] : []),
    lost: { ...OPENED, says: 'The user loses' },
    countsWhenNew: false,
  },
  {
    subject: 'security.istio.io AuthorizationPolicy',
    of: (policy) => (policy.at('spec.action').text === 'DENY' ? [] : policy.list('spec.rules').map(json)),
    gained: { ...PRIVILEGE, says: 'Requests are allowed' },
    lost: { ...CLOSED, says: 'Requests are no longer allowed' },
    countsWhenNew: false,
  },
  {
    subject: 'security.istio.io AuthorizationPolicy',
    of: (policy) => (policy.at('spec.action').text === 'DENY' ? policy.list('spec.rules').map(json) : []),
    lost: { ...OPENED, says: 'Requests are no longer denied' },
    countsWhenNew: false,
  },
];

const clearPart = (root: Node): readonly string[] =>
  root.list('spec.kafka.listeners').flatMap((listener) => {
    const name = listener.key('name').text ?? '?';
    return [
      ...(listener.key('tls').value === true ? [] : [`the listener ${name} without TLS`]),
      ...(listener.key('authentication').exists ? [] : [`the listener ${name} without a password`]),
    ];
  });

const outside = (root: Node): readonly string[] =>
  root
    .list('spec.kafka.listeners')
    .filter((listener) => listener.key('type').text !== 'internal' && listener.key('type').text !== 'cluster-ip')
    .flatMap((listener) => listener.key('name').text ?? []);

const HOUR_MILLIS = 3_600_000;
/** Kafka keeps for ever what says minus one. */
const retention = (topic: Node): number => {
  const millis = Number(topic.at('spec.config').key('retention.ms').value);
  return millis < 0 ? Number.POSITIVE_INFINITY : millis;
};

const keptHours = (topic: Node): readonly string[] => [
  `records older than ${retention(topic) / HOUR_MILLIS} hours are deleted`,
];
const hoursOf = (text: string): number => Number(/than (\S+) hours/.exec(text)?.[1]);

const kafkaSets: readonly SetRow[] = [
  {
    subject: 'kafka.strimzi.io Kafka',
    of: clearPart,
    gained: { ...OPENED, says: 'Brokers take connections at' },
    countsWhenNew: true,
  },
  {
    subject: 'kafka.strimzi.io Kafka',
    of: outside,
    gained: { ...EXPOSED, says: 'Brokers can be reached from outside the cluster at the listener' },
    countsWhenNew: true,
  },
  {
    subject: 'kafka.strimzi.io KafkaTopic',
    of: keptHours,
    gained: { class: 'dangerous', hazard: 'data loss', says: 'Sooner than before' },
    countsWhenNew: false,
    covers: (had, other) => hoursOf(other) >= hoursOf(had),
  },
  {
    subject: 'kafka.strimzi.io KafkaTopic',
    of: (topic) => (topic.at('spec.config').key('cleanup.policy').text ?? 'delete').split(','),
    gained: { class: 'dangerous', hazard: 'data loss', says: 'Records are also removed by' },
    countsWhenNew: false,
  },
  {
    subject: 'kafka.strimzi.io *',
    of: (root) => minimums(root),
    lost: { class: 'disruptive', hazard: 'lost replica', says: 'A write is acknowledged with fewer copies than' },
    countsWhenNew: false,
    covers: (had, other) => Number(had) >= Number(other),
  },
  {
    subject: 'kafka.strimzi.io KafkaNodePool',
    of: (pool) =>
      pool
        .list('spec.storage.volumes')
        .map((volume) => `disk ${json(volume.key('id'))} of ${volume.key('size').text} in ${volume.key('class').text}`),
    lost: { class: 'dangerous', hazard: 'data loss', says: 'Disks of brokers go, shrink or change their class' },
    countsWhenNew: false,
    covers: grownDisk,
  },
  {
    subject: 'kafka.strimzi.io KafkaNodePool',
    of: (pool) =>
      pool
        .list('spec.storage.volumes')
        .filter((volume) => volume.key('deleteClaim').value === true)
        .map((volume) => `disk ${json(volume.key('id'))}`),
    gained: { class: 'dangerous', hazard: 'data loss', says: 'With the pool go' },
    countsWhenNew: false,
  },
];

/** The same disk in the same class, as large or larger: EBS volumes grow in place. */
function grownDisk(had: string, other: string): boolean {
  const pattern = /^(?<id>disk .+) of (?<size>\d+)Gi in (?<kind>.+)$/;
  const [now, before] = [pattern.exec(had)?.groups, pattern.exec(other)?.groups];
  return now?.id === before?.id && now?.kind === before?.kind && Number(now?.size) >= Number(before?.size);
}

function minimums(root: Node): readonly string[] {
  const config = [root.at('spec.config'), root.at('spec.kafka.config')];
  return config.flatMap((one) =>
    one.key('min.insync.replicas').exists ? [String(one.key('min.insync.replicas').value)] : [],
  );
}

const ports = (service: Node): readonly string[] =>
  service.list('spec.ports').map((port) => `${port.key('port').value}/${port.key('protocol').text ?? 'TCP'}`);

const policyTypes = (policy: Node): readonly string[] => textsOf(policy.list('spec.policyTypes'));

const remainingSets: readonly SetRow[] = [
  {
    subject: 'policies.kyverno.io *',
    of: (policy) => textsOf(policy.list('spec.validationActions')).filter((action) => action === 'Deny'),
    lost: { ...OPENED, says: 'The policy only warns; it no longer says' },
    countsWhenNew: false,
  },
  {
    subject: ' Service',
    of: ports,
    lost: { ...CLOSED, says: 'The service no longer answers at' },
    countsWhenNew: false,
  },
  {
    subject: 'networking.k8s.io NetworkPolicy',
    of: policyTypes,
    lost: { ...OPENED, says: 'Everything is allowed again in the direction' },
    countsWhenNew: false,
  },
  {
    subject: 'external-secrets.io ExternalSecret',
    of: (secret) =>
      secret.list('spec.data').map((entry) => `${entry.key('secretKey').text} from ${json(entry.key('remoteRef'))}`),
    lost: { ...CLOSED, says: 'Pods no longer get' },
    countsWhenNew: false,
  },
];

/** Namespaces whose Pod Security is weaker than restricted, when they are new. */
const namespaceSets: readonly SetRow[] = [
  {
    subject: ' Namespace',
    of: (namespace) => {
      const level = namespace.at('metadata.labels').key('pod-security.kubernetes.io/enforce').text;
      return level === 'restricted' ? [] : [level ?? 'nothing'];
    },
    gained: { ...PRIVILEGE, says: 'Pods of the namespace are held to' },
    countsWhenNew: true,
  },
];

/** Things that objects have more or fewer of. */
export const kubernetesSets: readonly SetRow[] = [
  ...podSets,
  ...networkSets,
  ...publicSets,
  ...identitySets,
  ...kafkaSets,
  ...remainingSets,
  ...namespaceSets,
];
