import { type KafkaAccount, usersOf } from '../parity/kafka.ts';
import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import {
  type Declarations,
  type Flows,
  grant,
  inManifest,
  type Layer,
  once,
  type Through,
  type World,
} from './model.ts';

const GROUP = 'kafka.strimzi.io';

/** What a right brings along (Kafka documentation, «Authorization and ACLs», implied operations). */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  Read: ['Describe'],
  Write: ['Describe'],
  Delete: ['Describe'],
  Alter: ['Describe'],
  AlterConfigs: ['DescribeConfigs'],
};
const OPERATIONS = [
  'Read',
  'Write',
  'Create',
  'Delete',
  'Alter',
  'Describe',
  'ClusterAction',
  'AlterConfigs',
  'DescribeConfigs',
  'IdempotentWrite',
] as const;

/** A resource by its type and name; a prefix means every name that begins so. */
interface Pattern {
  readonly type: string;
  readonly name: string;
  readonly prefix: boolean;
}
interface Acl extends Pattern {
  readonly user: string;
  readonly allows: boolean;
  readonly operations: readonly string[];
  readonly through: Through;
}

const matches = ({ type, name, prefix }: Pattern, resource: Pattern): boolean =>
  type === resource.type && (name === '*' || (prefix ? resource.name.startsWith(name) : resource.name === name));

function aclOf(user: Manifest, acl: Node): Acl {
  const resource = acl.key('resource');
  return {
    user: user.name,
    allows: (acl.key('type').text ?? 'allow') === 'allow',
    type: resource.key('type').text ?? '',
    name: resource.key('name').text ?? '',
    prefix: resource.key('patternType').text === 'prefix',
    operations: acl.list('operations').flatMap(({ text }) => (text === 'All' ? OPERATIONS : (text ?? []))),
    through: inManifest(user, acl),
  };
}

const aclsOf = once(({ tree }: World): readonly Acl[] =>
  tree
    .ofKind('KafkaUser', GROUP)
    .flatMap((user) => user.root.list('spec.authorization.acls').map((acl) => aclOf(user, acl))),
);

/** `Read topic orders`, `Read group orders*` */
function declaredPattern(right: string): Pattern & { readonly operation: string } {
  const [operation = '', type = '', name = ''] = right.split(' ');
  const prefix = name.length > 1 && name.endsWith('*');
  return { operation, type, name: prefix ? name.slice(0, -1) : name, prefix };
}

/** A name that no topic, group or transaction of ours has. */
const STRANGER = 'a-stranger';

/** Resources that some right, topic or rule tells from the others, and a stranger of each type. */
const resourcesOf = once((world: World): readonly Pattern[] => {
  const { tree, catalog } = world;
  const declared = usersOf(catalog).flatMap(({ rights }) => rights.map(declaredPattern));
  const topics = [
    ...catalog.topics.map(({ name }) => name),
    ...tree.ofKind('KafkaTopic').map(({ name, root }) => root.at('spec.topicName').text ?? name),
  ].map((name): Pattern => ({ type: 'topic', name, prefix: false }));
  const strangers = ['topic', 'group', 'transactionalId'].map((type) => ({ type, name: STRANGER, prefix: false }));
  const cluster = { type: 'cluster', name: 'kafka-cluster', prefix: false };
  const named = [...topics, ...declared, ...aclsOf(world), ...strangers, cluster].filter(({ name }) => name !== '*');
  const concrete = named.map(({ type, name, prefix }) => ({ type, name: prefix ? `${name}-1` : name, prefix: false }));
  return [...new Map(concrete.map((each) => [`${each.type} ${each.name}`, each])).values()];
});

const right = (user: string, operation: string, { type, name }: Pattern): string =>
  `${user}: ${operation} ${type} ${name}`;

const withImplied = (operation: string): readonly string[] => [operation, ...(IMPLIED[operation] ?? [])];

function declared(world: World): Declarations {
  const rights = new Map<string, string>();
  const add = ({ name, by, rights: granted }: KafkaAccount): void => {
    for (const { operation, ...pattern } of granted.map(declaredPattern))
      for (const resource of resourcesOf(world).filter((each) => matches(pattern, each)))
        for (const each of withImplied(operation)) rights.set(right(name, each, resource), by);
  };
  for (const user of usersOf(world.catalog)) add(user);
  return rights;
}

/** Without an authorizer everybody may do everything; super users may in any case. */
function unbounded({ tree }: World): readonly { readonly user: string; readonly through: Through }[] {
  return tree.ofKind('Kafka', GROUP).flatMap((kafka) => {
    const authorization = kafka.root.at('spec.kafka.authorization');
    const superUsers = authorization
      .list('superUsers')
      .map((at) => ({ user: at.text ?? '', through: inManifest(kafka, at) }));
    const open = kafka.root
      .list('spec.kafka.listeners')
      .filter((listener) => !listener.key('authentication').exists)
      .map((listener) => ({ user: 'anybody without a password', through: inManifest(kafka, listener) }));
    return authorization.key('type').text === 'simple'
      ? superUsers
      : [...superUsers, ...open, { user: 'every user', through: inManifest(kafka, authorization) }];
  });
}

interface Ask {
  readonly user: string;
  readonly operation: string;
  readonly resource: Pattern;
}

/** Everything that an ACL speaks of, one by one. */
const asksOf = (world: World, { user, operations, ...acl }: Acl): readonly Ask[] =>
  resourcesOf(world)
    .filter((resource) => matches(acl, resource))
    .flatMap((resource) => operations.flatMap(withImplied).map((operation) => ({ user, operation, resource })));

const isDenied = (denials: readonly Acl[], { user, operation, resource }: Ask): boolean =>
  denials.some((acl) => acl.user === user && acl.operations.includes(operation) && matches(acl, resource));

/** Something allows it, and nothing denies it. */
function granted(world: World): Flows {
  const flows = new Map<string, readonly Through[]>();
  const denials = aclsOf(world).filter(({ allows }) => !allows);
  const allowed = aclsOf(world)
    .filter(({ allows }) => allows)
    .flatMap((acl) => asksOf(world, acl).map((ask) => ({ ...ask, through: acl.through })));
  const anyway = unbounded(world).flatMap((one) =>
    resourcesOf(world).flatMap((resource) => OPERATIONS.map((operation) => ({ ...one, operation, resource }))),
  );
  for (const ask of [...allowed.filter((each) => !isDenied(denials, each)), ...anyway])
    grant(flows, right(ask.user, ask.operation, ask.resource), [ask.through]);
  return flows;
}

export const rightsInKafka = once(granted);

export const kafka: Layer = {
  name: 'kafka',
  says: 'A Kafka user may do to each topic, group and transaction what is declared, and nothing else.',
  absent: ({ tree }) => (tree.ofKind('Kafka', GROUP).length > 0 ? undefined : 'there is no Kafka cluster in the tree'),
  declared,
  granted: rightsInKafka,
};

/** The rights of one user, by which a password of it is worth anything. */
export function rightsOfUser(world: World, user: string): readonly Through[] | undefined {
  const [first] = [...rightsInKafka(world)]
    .filter(([flow]) => flow.startsWith(`${user}: `))
    .map(([, through]) => through);
  return first;
}
