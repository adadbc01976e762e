import { type DeploymentFact, type StoreFact, TOKEN_AUDIENCE, type VariableSource } from '#catalog/configuration.ts';
import { poolerOf } from '#catalog/databases.ts';
import { type Service, type Store, type StoreEngine, serviceNamed, storeNamed } from '#catalog/index.ts';
import { enginePorts, names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import type { Authority } from '../lib/authorities.ts';
import type { Platform } from '../lib/component.ts';
import type { RemoteValue } from '../lib/external-secrets.ts';
import { asIs } from '../lib/external-secrets.ts';

/** Where a variable's value comes from in the cluster. */
export type Value =
  | { readonly kind: 'plain'; readonly value: string }
  /** A template over values of Secrets Manager; the service reads it from its environment, or from a file if secret. */
  | { readonly kind: 'aws'; readonly values: readonly RemoteValue[]; readonly template: string }
  | { readonly kind: 'kafka-password' }
  | { readonly kind: 'authority'; readonly authority: Authority };

interface StoreContext {
  readonly platform: Platform;
  readonly service: Service;
  readonly store: Store;
  /** What its connections go through. */
  readonly pooler: ReturnType<typeof poolerOf>;
}

const plain = (value: string): Value => ({ kind: 'plain', value });

/** Go templates know fields by identifiers. */
const identifier = (text: string): string => text.replaceAll(/[^a-z0-9]/g, '_');

const remote = (secretKey: string, key: string, property: string): RemoteValue => ({
  secretKey,
  remoteRef: { key, property },
});

function credential({ platform, service, store }: StoreContext): Value {
  const key = `${identifier(store.name)}_password`;
  const secret = names.storeSecret(platform.environment, store.name, service.name);
  return { kind: 'aws', values: [remote(key, secret, 'password')], template: asIs(key) };
}

/** A text that names where a store of AWS is, which is known after its deployment only. */
function endpoint(
  { platform }: StoreContext,
  engine: 'rds-postgresql' | 'elasticache',
  text: (address: string) => string,
): Value {
  const secret = names.storeEndpoint(platform.environment, engine);
  const [host, port] = ['host', 'port'].map((property) =>
    remote(`${identifier(engine)}_${property}`, secret, property),
  );
  if (!host || !port) throw new TypeError('An endpoint has a host and a port.');
  return {
    kind: 'aws',
    values: [host, port],
    template: text(`${asIs(host.secretKey)}:${asIs(port.secretKey)}`),
  };
}

const databaseUrl = ({ service, store }: StoreContext, address: string): string =>
  `postgres://${names.databaseRole(service.name)}@${address}/${names.database(store.name)}`;

/** Poolers open the port of the database that they stand before. */
const pooledUrl = (context: StoreContext): Value | undefined =>
  context.pooler && plain(databaseUrl(context, `${context.pooler.host}:${enginePorts.postgresql}`));

type StoreValues = Partial<Readonly<Record<StoreFact, (context: StoreContext) => Value>>>;

const storeValues: Readonly<Record<StoreEngine, StoreValues>> = {
  'rds-postgresql': {
    url: (context) =>
      pooledUrl(context) ?? endpoint(context, 'rds-postgresql', (address) => databaseUrl(context, address)),
    password: credential,
    'ca-file': (context) => ({ kind: 'authority', authority: context.pooler ? 'databases' : 'rds' }),
  },
  timescaledb: {
    url: (context) =>
      pooledUrl(context) ?? plain(databaseUrl(context, `${names.timescaleHost}:${enginePorts.postgresql}`)),
    password: credential,
    'ca-file': () => ({ kind: 'authority', authority: 'timescaledb' }),
  },
  elasticache: {
    nodes: (context) => endpoint(context, 'elasticache', (address) => address),
    mode: () => plain('cluster'),
    user: ({ service }) => plain(names.cacheUser(service.name)),
    password: credential,
    tls: () => plain('verify'),
  },
  qdrant: {
    url: () => plain(`https://${names.qdrantHost}:${enginePorts.qdrant}`),
    'api-key': credential,
    'ca-file': () => ({ kind: 'authority', authority: 'databases' }),
  },
  s3: { url: ({ platform, store }) => plain(`s3://${names.bucket(platform.environment, store.name)}`) },
  'nats-jetstream': {
    url: () => plain(`tls://${names.natsHost}:${enginePorts.nats}`),
    user: ({ service }) => plain(names.cacheUser(service.name)),
    password: credential,
    'ca-file': () => ({ kind: 'authority', authority: 'databases' }),
  },
};

function storeValue(context: StoreContext, fact: StoreFact): Value {
  const value = storeValues[context.store.engine][fact];
  if (!value) throw new TypeError(`Charts have no value for «${fact}» of ${context.store.engine}.`);
  return value(context);
}

function serviceUrl({ catalog }: Platform, service: string, port: string): string {
  const { number } = serviceNamed(catalog, service).ports[port] ?? {};
  if (number === undefined) throw new TypeError(`${service} has no port «${port}».`);
  return `http://${names.serviceHost(service, SERVICES_NAMESPACE)}:${number}`;
}

const deploymentValues: Readonly<Record<DeploymentFact, (platform: Platform) => string>> = {
  environment: ({ environment }) => environment.name,
  host: () => '0.0.0.0',
  'log-level': ({ environment }) => environment.logLevel,
  'trace-endpoint': () => `http://${names.traceCollectorHost}:${enginePorts.otlpHttp}`,
  'trace-sampling-ratio': ({ environment }) => String(environment.traceSamplingRatio),
  'token-issuer': ({ environment }) => names.tokenIssuer(environment),
  'token-audience': () => TOKEN_AUDIENCE,
  'token-keys': (platform) => `${serviceUrl(platform, 'user-service', 'http')}${names.tokenKeysPath}`,
};

type KafkaFact = Extract<VariableSource, { readonly kind: 'kafka' }>['fact'];

const kafkaValues: Readonly<Record<KafkaFact, (service: Service) => Value>> = {
  brokers: () => plain(names.kafkaBootstrap),
  security: () => plain('scram-sha-512'),
  username: ({ name }) => plain(names.kafkaUser(name)),
  password: () => ({ kind: 'kafka-password' }),
  'ca-file': () => ({ kind: 'authority', authority: 'kafka' }),
};

function contextOf(platform: Platform, service: Service, name: string): StoreContext {
  const store = storeNamed(platform.catalog, name);
  const use = service.stores.find((candidate) => candidate.store === name);
  return { platform, service, store, pooler: use && poolerOf(store, use) };
}

/** The value of one variable of a service in an environment's cluster. */
export function valueIn(platform: Platform, service: Service, from: VariableSource): Value {
  switch (from.kind) {
    case 'literal':
      return plain(from.value);
    case 'deployment':
      return plain(deploymentValues[from.fact](platform));
    case 'kafka':
      return kafkaValues[from.fact](service);
    case 'call':
      return plain(serviceUrl(platform, from.service, from.port));
    case 'store':
      return storeValue(contextOf(platform, service, from.store), from.fact);
  }
}
