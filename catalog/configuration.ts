import type { Catalog, Service, Store } from './model/index.ts';
import { MANAGEMENT_PORT } from './model/index.ts';

/**
 * What a service reads from its environment, derived from its entry. Charts (ConfigMap, ExternalSecret, volumes) and
 * local (process environment) give each variable its value; the service's environment.ts parses it. One list, three users.
 */
export interface Variable {
  readonly name: string;
  readonly from: VariableSource;
}

export type VariableSource =
  | { readonly kind: 'literal'; readonly value: string }
  /** Known to the deployment as a whole. */
  | { readonly kind: 'deployment'; readonly fact: DeploymentFact }
  | { readonly kind: 'kafka'; readonly fact: 'brokers' | 'security' | 'username' | 'password' | 'ca-file' }
  | { readonly kind: 'store'; readonly store: string; readonly fact: StoreFact }
  | { readonly kind: 'call'; readonly service: string; readonly port: string };

export type DeploymentFact =
  | 'environment'
  | 'host'
  | 'log-level'
  | 'trace-endpoint'
  | 'trace-sampling-ratio'
  | 'token-issuer'
  | 'token-audience'
  | 'token-keys';

/**
 * `url`: where it is and as whom, never with a password (`postgres://role@host:port/database`, `s3://bucket`, `nats://…`).
 * `ca-file`: the certificate authority to trust; absent where the connection stays on one machine.
 */
export type StoreFact = 'url' | 'nodes' | 'mode' | 'user' | 'password' | 'tls' | 'ca-file' | 'api-key';

/** Facts whose value is secret: they come from mounted files (`NAME_FILE`), never from a config map. */
const SECRET_STORE_FACTS: ReadonlySet<StoreFact> = new Set<StoreFact>(['password', 'api-key']);

export function isSecret(source: VariableSource): boolean {
  if (source.kind === 'kafka') return source.fact === 'password';
  return source.kind === 'store' && SECRET_STORE_FACTS.has(source.fact);
}

/** Facts of a store by engine; the variable is `<STORE>_<SUFFIX>`, as kit reads it. */
const storeFacts = {
  'rds-postgresql': [
    ['DATABASE_URL', 'url'],
    ['DATABASE_PASSWORD', 'password'],
    ['DATABASE_CA_FILE', 'ca-file'],
  ],
  timescaledb: [
    ['DATABASE_URL', 'url'],
    ['DATABASE_PASSWORD', 'password'],
    ['DATABASE_CA_FILE', 'ca-file'],
  ],
  elasticache: [
    ['NODES', 'nodes'],
    ['MODE', 'mode'],
    ['USER', 'user'],
    ['PASSWORD', 'password'],
    ['TLS', 'tls'],
  ],
  qdrant: [
    ['URL', 'url'],
    ['API_KEY', 'api-key'],
    ['CA_FILE', 'ca-file'],
  ],
  s3: [['URL', 'url']],
  'nats-jetstream': [
    ['URL', 'url'],
    ['USER', 'user'],
    ['PASSWORD', 'password'],
    ['CA_FILE', 'ca-file'],
  ],
} as const satisfies Record<Store['engine'], readonly (readonly [string, StoreFact])[]>;

const deploymentFacts = [
  ['ENVIRONMENT', 'environment'],
  ['LISTEN_HOST', 'host'],
  ['LOG_LEVEL', 'log-level'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'trace-endpoint'],
  ['OTEL_TRACES_SAMPLER_ARG', 'trace-sampling-ratio'],
] as const satisfies readonly (readonly [string, DeploymentFact])[];

const tokenFacts = [
  ['TOKEN_ISSUER', 'token-issuer'],
  ['TOKEN_AUDIENCE', 'token-audience'],
  ['TOKEN_JWKS_URL', 'token-keys'],
] as const satisfies readonly (readonly [string, DeploymentFact])[];

/** `event-ingestion-service` → `EVENT_INGESTION_SERVICE`; the way from a catalog name to a variable's prefix. */
export function variablePrefix(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9]/g, '_').toUpperCase();
}

export function usesKafka(service: Service): boolean {
  return service.consumes.length + service.produces.length > 0;
}

function kafkaVariables(service: Service): readonly Variable[] {
  if (!usesKafka(service)) return [];
  const facts = [
    ['BROKERS', 'brokers'],
    ['SECURITY', 'security'],
    ['USERNAME', 'username'],
    ['PASSWORD', 'password'],
    ['CA_FILE', 'ca-file'],
  ] as const;
  return facts.map(([suffix, fact]) => ({ name: `KAFKA_${suffix}`, from: { kind: 'kafka', fact } }));
}

function storeVariables(catalog: Catalog, service: Service): readonly Variable[] {
  return service.stores.flatMap((use) => {
    const store = catalog.stores.find((candidate) => candidate.name === use.store);
    if (!store) return [];
    return storeFacts[store.engine].map(([suffix, fact]) => ({
      name: `${variablePrefix(store.name)}_${suffix}`,
      from: { kind: 'store', store: store.name, fact } as const,
    }));
  });
}

/** Every variable of a service, in a stable order. */
export function variablesOf(catalog: Catalog, service: Service): readonly Variable[] {
  return [
    { name: 'SERVICE_NAME', from: { kind: 'literal', value: service.name } },
    ...deploymentFacts.map(([name, fact]) => ({ name, from: { kind: 'deployment', fact } as const })),
    ...Object.entries(service.ports).map(([port, { number }]) => ({
      name: port === 'http' ? 'PORT' : `${variablePrefix(port)}_PORT`,
      from: { kind: 'literal', value: String(number) } as const,
    })),
    ...(service.verifiesTokens
      ? tokenFacts.map(([name, fact]) => ({ name, from: { kind: 'deployment', fact } as const }))
      : []),
    ...kafkaVariables(service),
    ...storeVariables(catalog, service),
    ...service.calls.map((call) => ({
      name: `${variablePrefix(call.service)}_URL`,
      from: { kind: 'call', service: call.service, port: call.port } as const,
    })),
    ...service.settings.map(({ variable, value }) => ({ name: variable, from: { kind: 'literal', value } as const })),
  ];
}

/** Audience of the platform's tokens. */
export const TOKEN_AUDIENCE = 'gamemetrics';
export { MANAGEMENT_PORT };
