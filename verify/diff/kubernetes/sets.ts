import type { Node } from '../../tree/node.ts';
import { allows } from '../comparisons.ts';
import type { SetRow } from '../rows.ts';
import { aclCovers, aclsOf, isDenial } from './acls.ts';
import { CLOSED, EXPOSURE, OPENED, PRIVILEGE, WORKLOADS } from './hazards.ts';
import { kafkaSets } from './kafka-sets.ts';
import { guardsOf, powersOf } from './powers.ts';

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
    gained: { ...EXPOSURE, says: direction === 'ingress' ? 'Pods can be reached by' : 'Pods can reach' },
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
  gained: { ...EXPOSURE, says: 'Its load balancer takes connections of' },
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
