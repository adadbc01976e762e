import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import type { Keys } from '../world/made.ts';
import { configMapsOf, secretsOf } from '../world/objects.ts';
import { containersOf, podSpecOf } from '../world/pods.ts';
import { among, qualified } from './answers.ts';
import {
  broken,
  inManifests,
  type Reference,
  type ReferenceRow,
  type Resolution,
  resolved,
  type Surroundings,
} from './row.ts';

interface DataReference extends Reference {
  readonly namespace: string;
  readonly name: string;
  readonly optional: boolean;
}
interface KeyReference extends DataReference {
  readonly key: string;
}

/** How pods name a Secret or a ConfigMap, in volumes, single variables and whole environments. */
const SHAPES = {
  secret: { volume: 'secret', volumeName: 'secretName', variable: 'secretKeyRef', all: 'secretRef' },
  'config map': { volume: 'configMap', volumeName: 'name', variable: 'configMapKeyRef', all: 'configMapRef' },
} as const;
type Shape = (typeof SHAPES)[keyof typeof SHAPES];

export interface Use {
  /** The field that names the object. */
  readonly name: Node;
  readonly optional: boolean;
  /** Keys that are picked from it; none means all of them. */
  readonly keys: readonly Node[];
}

const use = (owner: Node, nameField: string, keys: readonly Node[]): Use => ({
  name: owner.key(nameField),
  optional: owner.key('optional').value === true,
  keys,
});

function usesIn(podSpec: Node, shape: Shape): readonly Use[] {
  const picked = (source: Node): readonly Node[] => source.list('items').map((item) => item.key('key'));
  const volumes = podSpec.list('volumes').map((volume) => volume.key(shape.volume));
  const projected = podSpec
    .list('volumes')
    .flatMap((volume) => volume.list('projected.sources'))
    .map((source) => source.key(shape.volume));
  const variables = containersOf(podSpec).flatMap((container) => container.list('env'));
  const environments = containersOf(podSpec).flatMap((container) => container.list('envFrom'));
  return [
    ...volumes.map((source) => use(source, shape.volumeName, picked(source))),
    ...projected.map((source) => use(source, 'name', picked(source))),
    ...variables
      .map((variable) => variable.at(`valueFrom.${shape.variable}`))
      .map((from) => use(from, 'name', [from.key('key')])),
    ...environments.map((from) => use(from.key(shape.all), 'name', [])),
  ];
}

type Fields = Readonly<Record<string, (root: Node) => readonly Use[]>>;

/** A role that may read one secret only says which. */
const grantedSecrets = (root: Node): readonly Use[] =>
  root
    .list('rules')
    .filter((rule) => rule.list('resources').some((resource) => resource.text === 'secrets'))
    .flatMap((rule) => rule.list('resourceNames'))
    .map((name) => ({ name, optional: false, keys: [] }));

const triggerSecrets = (root: Node): readonly Use[] =>
  root.list('spec.secretTargetRef').map((target) => use(target, 'name', [target.key('key')]));

/** The certificate authority that a store of another cluster is trusted by. */
const authority =
  (type: 'ConfigMap' | 'Secret') =>
  (root: Node): readonly Use[] => {
    const provider = root.at('spec.provider.kubernetes.server.caProvider');
    return provider.key('type').text === type ? [use(provider, 'name', [provider.key('key')])] : [];
  };

/** Rules of exporters, and loggers, that Strimzi reads from config maps. */
const strimziConfiguration =
  (...sections: readonly string[]) =>
  (root: Node): readonly Use[] =>
    sections
      .flatMap((section) => [`${section}.metricsConfig`, `${section}.logging`])
      .map((path) => root.at(`${path}.valueFrom.configMapKeyRef`))
      .map((from) => use(from, 'name', [from.key('key')]));

/** What a client that Strimzi runs signs in with, and whom it trusts. */
const strimziClients =
  (find: (root: Node) => readonly Node[]) =>
  (root: Node): readonly Use[] =>
    find(root).flatMap((client) => {
      const password = client.at('authentication.passwordSecret');
      const certificates = client.list('tls.trustedCertificates');
      return [
        use(password, 'secretName', [password.key('password')]),
        ...certificates.map((trusted) => use(trusted, 'secretName', [trusted.key('certificate')])),
      ];
    });

/** What a pod that Strimzi makes mounts beside its own. */
const mountedIn =
  (shape: Shape) =>
  (root: Node): readonly Use[] =>
    usesIn(root.at('spec.template.pod'), shape);

/** The certificate that a gateway of the mesh answers with; istiod reads it from the gateway's namespace. */
const gatewayCertificates = (root: Node): readonly Use[] =>
  root.list('spec.servers').map((server) => use(server.key('tls'), 'credentialName', []));

const mirrorEnds = (root: Node): readonly Node[] => [
  root.at('spec.target'),
  ...root.list('spec.mirrors').map((one) => one.key('source')),
];

/** Passwords that the operator of PostgreSQL gives to roles. */
const databaseSecrets = (root: Node): readonly Use[] =>
  [
    root.at('spec.bootstrap.initdb.secret'),
    ...root.list('spec.managed.roles').map((role) => role.key('passwordSecret')),
  ]
    .filter((secret) => secret.exists)
    .map((secret) => ({ name: secret.key('name'), optional: false, keys: [secret.key('key')] }));

const issuerSecrets = (root: Node): readonly Use[] =>
  root.at('spec.ca').exists ? [use(root.at('spec.ca'), 'secretName', [])] : [];

/** Kinds other than pods that name a secret of their namespace. */
const SECRET_FIELDS: Fields = {
  Cluster: databaseSecrets,
  Issuer: issuerSecrets,
  TriggerAuthentication: triggerSecrets,
  Gateway: gatewayCertificates,
  Role: grantedSecrets,
  SecretStore: authority('Secret'),
  KafkaConnect: (root) => [...strimziClients((own) => [own.key('spec')])(root), ...mountedIn(SHAPES.secret)(root)],
  KafkaMirrorMaker2: strimziClients(mirrorEnds),
};
/** Which volumes Velero leaves alone. */
const volumePolicies = (root: Node): readonly Use[] => [use(root.at('spec.template.resourcePolicy'), 'name', [])];

/** Kinds other than pods that name a config map of their namespace. */
const CONFIG_MAP_FIELDS: Fields = {
  Schedule: volumePolicies,
  Kafka: strimziConfiguration('spec.kafka', 'spec.cruiseControl'),
  KafkaConnect: (root) => [...strimziConfiguration('spec')(root), ...mountedIn(SHAPES['config map'])(root)],
  KafkaMirrorMaker2: strimziConfiguration('spec'),
  SecretStore: authority('ConfigMap'),
};

export function secretUses(manifest: Manifest): readonly Use[] {
  const podSpec = podSpecOf(manifest);
  const inPods = podSpec ? usesIn(podSpec, SHAPES.secret) : [];
  const pulls = podSpec?.list('imagePullSecrets').map((secret) => use(secret, 'name', [])) ?? [];
  return [...inPods, ...pulls, ...(SECRET_FIELDS[manifest.kind]?.(manifest.root) ?? [])];
}

function configMapUses(manifest: Manifest): readonly Use[] {
  const podSpec = podSpecOf(manifest);
  const inPods = podSpec ? usesIn(podSpec, SHAPES['config map']) : [];
  return [...inPods, ...(CONFIG_MAP_FIELDS[manifest.kind]?.(manifest.root) ?? [])];
}

function dataReferences({ namespace = '' }: Manifest, uses: readonly Use[]): readonly DataReference[] {
  return uses.flatMap(({ name, optional }) =>
    name.text === undefined
      ? []
      : [{ at: name, value: qualified(namespace, name.text), namespace, name: name.text, optional }],
  );
}

function keyReferences({ namespace = '' }: Manifest, uses: readonly Use[]): readonly KeyReference[] {
  return uses.flatMap(({ name, optional, keys }) =>
    keys.flatMap((at) =>
      name.text === undefined || at.text === undefined
        ? []
        : [{ at, value: at.text, key: at.text, namespace, name: name.text, optional }],
    ),
  );
}

function keyResolution(keys: Keys | undefined, { key, optional, namespace, name }: KeyReference): Resolution {
  // A missing object is the problem of the row about objects.
  if (optional || keys === undefined || keys === 'anything' || keys.has(key)) return resolved;
  const known = [...keys].join(', ') || 'none';
  return broken(
    `${qualified(namespace, name)} has no such key; it has ${known}`,
    'Name one of its keys, or add this one',
  );
}

function secret({ value, optional }: DataReference, { tree }: Surroundings): Resolution {
  return optional ? resolved : among(value, secretsOf(tree).names, 'secret');
}

export const configurationRows: readonly ReferenceRow[] = [
  inManifests<DataReference>({
    kind: 'secret',
    says: 'A secret that is mounted, read or pulled with is written in the tree or made by an operator.',
    find: (manifest) => dataReferences(manifest, secretUses(manifest)),
    resolve: secret,
  }),
  inManifests<KeyReference>({
    kind: 'secret key',
    says: 'A key that is read from a secret is in it.',
    find: (manifest) => keyReferences(manifest, secretUses(manifest)),
    resolve: (reference, { tree }) =>
      keyResolution(secretsOf(tree).get(reference.namespace, reference.name), reference),
  }),
  inManifests<DataReference>({
    kind: 'config map',
    says: 'A config map that is mounted or read is in the tree.',
    find: (manifest) => dataReferences(manifest, configMapUses(manifest)),
    resolve: ({ value, optional }, { tree }) =>
      optional ? resolved : among(value, configMapsOf(tree).names, 'config map'),
  }),
  inManifests<KeyReference>({
    kind: 'config map key',
    says: 'A key that is read from a config map is in it.',
    find: (manifest) => keyReferences(manifest, configMapUses(manifest)),
    resolve: (reference, { tree }) =>
      keyResolution(configMapsOf(tree).get(reference.namespace, reference.name), reference),
  }),
];
