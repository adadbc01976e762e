import { standbyOf } from '#catalog/environments/index.ts';
import { firewallEdges } from '#catalog/firewall.ts';
import { type Environment, storeNamed } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { REPLICATION_LISTENERS, subnetCidrs } from '#catalog/network.ts';
import type { Node } from '../tree/node.ts';
import type { Resource, Template } from '../tree/template.ts';
import { canonical } from './identity/intrinsics.ts';
import {
  type Declarations,
  type Flows,
  grant,
  inTemplate,
  type Layer,
  once,
  type Through,
  WITHOUT_TEMPLATES,
  type World,
} from './model.ts';
import { describeEdge, edgesOf } from './subjects.ts';

/** Types that wear security groups, and what the catalog calls them. Others are named by their type. */
const WEARERS: Readonly<Record<string, string>> = {
  'AWS::EC2::LaunchTemplate': 'nodes',
  'AWS::EC2::Instance': 'nat-instance',
  'AWS::AutoScaling::LaunchConfiguration': 'nat-instance',
  'AWS::EKS::Cluster': 'control-plane',
  'AWS::ElastiCache::ReplicationGroup': 'elasticache',
  'AWS::RDS::DBInstance': 'rds-postgresql',
  'AWS::SecretsManager::RotationSchedule': 'rotation-function',
};

const GROUP_FIELD = /(?:SecurityGroup(?:Id)?s?|SecurityGroupIds|GroupSet)$/i;

interface Rule {
  /** A group, or a block of addresses. */
  readonly peer: string;
  readonly first: number;
  readonly last: number;
  readonly protocol: string;
  readonly through: Through;
}
interface Group {
  readonly id: string;
  readonly wearers: readonly string[];
  readonly itself: Through;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}
interface Place {
  readonly template: Template;
  readonly resource: Resource;
}

const allPlaces = ({ tree }: World): readonly Place[] =>
  tree.templates.flatMap((template) => template.resources.map((resource) => ({ template, resource })));

const ofType = (world: World, type: string): readonly Place[] =>
  allPlaces(world).filter(({ resource }) => resource.type === type);

const standbyAt = ({ tree }: World, { stack }: Template): Environment | undefined =>
  standbyOf(tree.environment).find((site) => stack.startsWith(`${names.cluster(site)}-`));

const at = (name: string, standby: boolean): string => (standby ? `${name} in recovery` : name);

/** Texts below a field that names groups; lists and single values alike. */
function* groupFields(node: Node): Generator<Node> {
  for (const [name, child] of node.entries()) {
    if (GROUP_FIELD.test(name)) yield* Array.isArray(child.value) ? child.items() : [child];
    else yield* groupFields(child);
  }
  for (const item of node.items()) yield* groupFields(item);
}

const known = new WeakMap<object, readonly Node[]>();

/** Properties never change, so what was found in them is found once. */
function groupsIn({ properties }: Resource): readonly Node[] {
  const { fields } = properties;
  const found = known.get(fields) ?? [...groupFields(properties)];
  known.set(fields, found);
  return found;
}

/** Which resources wear each group. */
const wearers = once((world: World): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>();
  for (const { template, resource } of allPlaces(world)) {
    if (/^AWS::EC2::SecurityGroup/.test(resource.type)) continue;
    const name = at(WEARERS[resource.type] ?? resource.type, standbyAt(world, template) !== undefined);
    for (const field of groupsIn(resource)) {
      const id = canonical(world, template, field);
      found.set(id, (found.get(id) ?? new Set()).add(name));
    }
  }
  return found;
});

const LAST_PORT = 65_535;
const EVERYWHERE = '0.0.0.0/0';
/** How CDK writes that nothing may leave; without any rule everything may (AWS::EC2::SecurityGroup). */
const NOWHERE = '255.255.255.255/32';

function ruleOf(world: World, { template, resource }: Place, node: Node): Rule {
  const peers = [
    'SourceSecurityGroupId',
    'DestinationSecurityGroupId',
    'CidrIp',
    'CidrIpv6',
    'SourcePrefixListId',
    'DestinationPrefixListId',
  ]
    .map((field) => node.key(field))
    .filter((peer) => peer.exists);
  const protocol = node.key('IpProtocol').text ?? String(node.key('IpProtocol').value);
  const every = protocol === '-1';
  return {
    peer: peers[0] ? canonical(world, template, peers[0]) : 'nobody',
    first: every ? 0 : (node.key('FromPort').number ?? 0),
    last: every ? LAST_PORT : (node.key('ToPort').number ?? LAST_PORT),
    protocol: every ? 'every' : protocol.toLowerCase(),
    through: inTemplate(template, resource, node),
  };
}

/** A group that nothing of the templates wears is for what controllers make, which find it by its name. */
function wearersOf(world: World, { properties }: Resource, id: string): readonly string[] {
  const worn = wearers(world).get(id);
  const tag = properties.list('Tags').find((each) => each.key('Key').text === 'Name');
  return worn ? [...worn] : [tag?.key('Value').text ?? id];
}

const groups = once((world: World): readonly Group[] => {
  const separate = (type: string, id: string): readonly Rule[] =>
    ofType(world, type)
      .filter(({ template, resource }) => canonical(world, template, resource.properties.key('GroupId')) === id)
      .map((place) => ruleOf(world, place, place.resource.properties));
  return ofType(world, 'AWS::EC2::SecurityGroup').map((place) => {
    const id = `${place.template.stack}.${place.resource.logicalId}.GroupId`;
    const inline = (field: string): readonly Rule[] =>
      place.resource.properties.list(field).map((node) => ruleOf(world, place, node));
    return {
      id,
      itself: inTemplate(place.template, place.resource, 'SecurityGroupEgress'),
      wearers: wearersOf(world, place.resource, id),
      ingress: [...inline('SecurityGroupIngress'), ...separate('AWS::EC2::SecurityGroupIngress', id)],
      egress: [...inline('SecurityGroupEgress'), ...separate('AWS::EC2::SecurityGroupEgress', id)],
    };
  });
});

const isTcp = ({ protocol }: Rule): boolean => ['tcp', '6', 'every'].includes(protocol);

/** Whether a group lets out to another at a port; one without rules lets everything out. */
const letsOut = ({ egress }: Group, target: Group, port: number): boolean =>
  egress.length === 0 ||
  egress.some(
    (rule) =>
      (rule.peer === target.id || rule.peer === EVERYWHERE) && isTcp(rule) && rule.first <= port && port <= rule.last,
  );

const EVERY = 'every port';

function portsOf(rule: Rule, asked: readonly number[]): readonly (number | string)[] {
  if (!isTcp(rule)) return [`${rule.first}-${rule.last}`];
  if (rule.first === 0 && rule.last === LAST_PORT) return [EVERY];
  const known = asked.filter((port) => rule.first <= port && port <= rule.last);
  const more = rule.last - rule.first + 1 > known.length ? [rule.first, rule.last] : [];
  return [...new Set([...known, ...more])];
}

const flow = (from: string, to: string, port: number | string): string => `${from} to ${to} at ${port}`;

interface Opening {
  readonly from: string;
  readonly to: string;
  readonly port: string;
  readonly through: Through;
}

/** Whom one rule lets in, and whether their own groups let them out. */
function openings(
  target: Group,
  rule: Rule,
  of: { readonly asked: readonly number[]; readonly source: Group | undefined },
): readonly Opening[] {
  const { asked, source } = of;
  const ports = portsOf(rule, asked).filter(
    (port) => !source || typeof port === 'string' || letsOut(source, target, port),
  );
  const sources = source ? source.wearers : [`addresses ${rule.peer}`];
  const label = isTcp(rule) ? '' : `/${rule.protocol}`;
  return ports.flatMap((port) =>
    sources.flatMap((from) =>
      target.wearers.map((to) => ({ from, to, port: `${port}${label}`, through: rule.through })),
    ),
  );
}

/** To which addresses a group lets out. */
function outward({ wearers: worn, egress, itself }: Group, asked: readonly number[]): readonly Opening[] {
  const every = { peer: EVERYWHERE, first: 0, last: LAST_PORT, protocol: 'every', through: itself };
  const rules = (egress.length === 0 ? [every] : egress).filter(({ peer }) => peer.includes('/') && peer !== NOWHERE);
  return rules.flatMap((rule) =>
    portsOf(rule, asked).flatMap((port) =>
      worn.map((from) => ({ from, to: `addresses ${rule.peer}`, port: String(port), through: rule.through })),
    ),
  );
}

const granted = once((world: World): Flows => {
  const flows = new Map<string, readonly Through[]>();
  const asked = [...new Set(edgesOf(world).map(({ port }) => port))];
  const byId = new Map(groups(world).map((group) => [group.id, group]));
  const all = groups(world).flatMap((target) =>
    target.ingress.flatMap((rule) => openings(target, rule, { asked, source: byId.get(rule.peer) })),
  );
  for (const { from, to, port, through } of [...all, ...groups(world).flatMap((group) => outward(group, asked))])
    grant(flows, flow(from, to, port), [through]);
  return flows;
});

/** Engines that AWS runs in the isolated subnets: who may ask them is the security groups' to say. */
const PROTECTED: ReadonlySet<string> = new Set(['rds-postgresql', 'elasticache']);

type Declared = readonly (readonly [flow: string, by: string])[];

/** Pods wear the groups of their nodes. */
const podsDeclared = (world: World, standby: boolean): Declared =>
  edgesOf(world).flatMap((edge) => {
    const engine = edge.to.kind === 'store' ? storeNamed(world.catalog, edge.to.name).engine : '';
    if (!PROTECTED.has(engine)) return [];
    return [[flow(at('nodes', standby), at(engine, standby), edge.port), describeEdge(edge)]];
  });

/** What AWS runs beside them, where it is there. */
function awsDeclared(world: World, site: Environment): Declared {
  const standby = site.standby === true;
  const worn = new Set([...wearers(world).values()].flatMap((each) => [...each]));
  return firewallEdges.flatMap(({ from, to, port, purpose }) => {
    const addresses: Readonly<Record<string, string>> = { network: site.network.cidr, internet: EVERYWHERE };
    const name = (end: string): string => (addresses[end] ? `addresses ${addresses[end]}` : at(end, standby));
    const isThere = [from, to].every((end) => addresses[end] || worn.has(name(end)));
    return isThere ? [[flow(name(from), name(to), port === 'every' ? EVERY : port), `firewall: ${purpose}`]] : [];
  });
}

/** What comes over from the recovery region: to the balancers, and from them to pods. */
function replicationDeclared({ tree: { environment } }: World): Declared {
  const balancers = names.replicationGroup(environment);
  return standbyOf(environment).flatMap((standby) =>
    REPLICATION_LISTENERS.flatMap(({ port, purpose }): Declared => {
      const sources = subnetCidrs(standby, 'private').map((cidr) => `addresses ${cidr}`);
      const by = `network.REPLICATION_LISTENERS: ${purpose}`;
      return [
        ...sources.map((from) => [flow(from, balancers, port), by] as const),
        [flow(balancers, 'nodes', port), by],
      ];
    }),
  );
}

const declared = (world: World): Declarations =>
  new Map([
    ...[world.tree.environment, ...standbyOf(world.tree.environment)].flatMap((site) => [
      ...podsDeclared(world, site.standby === true),
      ...awsDeclared(world, site),
    ]),
    ...replicationDeclared(world),
  ]);

export const firewall: Layer = {
  name: 'security groups',
  says: 'Security groups let to the databases and caches of AWS who is declared, at their ports, and nobody else.',
  absent: ({ tree }) => (tree.hasTemplates ? undefined : WITHOUT_TEMPLATES),
  declared,
  granted,
};

/** Whether pods reach an engine of AWS at a port: by the groups that their nodes wear. */
export const nodesReach = (world: World, engine: string, port: number): readonly Through[] | undefined =>
  granted(world).get(flow('nodes', engine, port));
