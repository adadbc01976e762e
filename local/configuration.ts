import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TOKEN_AUDIENCE, type Variable, type VariableSource, variablesOf } from '#catalog/configuration.ts';
import { type Catalog, type Service, serviceNamed, storeNamed } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import type { LocalSecrets } from './secrets.ts';

/** Where the parts of the local platform are, once their engines have started. */
export interface Endpoints {
  readonly kafkaPort: number;
  readonly postgresPort: number;
  readonly redisPort: number;
  readonly dataFolder: string;
  readonly jwksFile: string;
  readonly logLevel: string;
  /** Ports that were moved away from the catalog's, by `service.port`. */
  readonly movedPorts: ReadonlyMap<string, number>;
}

export const LOOPBACK = '127.0.0.1';
export const LOCAL_ISSUER = 'http://localhost/gamemetrics-local';

export const portOf = (service: Service, port: string, moved: Endpoints['movedPorts']): number =>
  moved.get(`${service.name}.${port}`) ?? service.ports[port]?.number ?? 0;

/** The secret of a service's role in PostgreSQL; one role, whatever the database. */
export const databasePasswordName = (service: string): string => `postgres-${service}`;

/** Resolves the variables of services against one machine; charts resolve the same list against a cluster. */
export class LocalConfiguration {
  readonly #catalog: Catalog;
  readonly #endpoints: Endpoints;
  readonly #secrets: LocalSecrets;

  constructor(catalog: Catalog, endpoints: Endpoints, secrets: LocalSecrets) {
    this.#catalog = catalog;
    this.#endpoints = endpoints;
    this.#secrets = secrets;
  }

  /** The environment of a service's process: its variables only, nothing inherited from the person's shell. */
  of(service: Service): Readonly<Record<string, string>> {
    return Object.fromEntries(
      variablesOf(this.#catalog, service).flatMap((variable) => this.#resolve(service, variable)),
    );
  }

  #resolve(service: Service, { name, from }: Variable): readonly (readonly [string, string])[] {
    if (from.kind === 'store' && from.fact === 'password') return this.#password(service, name, from.store);
    const value = this.#value(service, name, from);
    return value === undefined ? [] : [[name, value]];
  }

  #password(service: Service, variable: string, store: string): readonly (readonly [string, string])[] {
    const { engine } = storeNamed(this.#catalog, store);
    if (engine !== 'rds-postgresql' && engine !== 'timescaledb') return [];
    return [[`${variable}_FILE`, this.#secrets.file(databasePasswordName(service.name))]];
  }

  #value(service: Service, name: string, from: VariableSource): string | undefined {
    switch (from.kind) {
      case 'literal':
        return this.#literal(service, name, from.value);
      case 'deployment':
        return this.#deployment(from.fact);
      case 'kafka':
        return { brokers: `${LOOPBACK}:${this.#endpoints.kafkaPort}`, security: 'plain' }[from.fact as string];
      case 'call':
        return this.#call(from.service, from.port);
      case 'store':
        return this.#store(service, from.store, from.fact);
    }
  }

  #literal(service: Service, name: string, value: string): string {
    const moved = Object.keys(service.ports).find(
      (port) => name === (port === 'http' ? 'PORT' : `${port.replaceAll('-', '_').toUpperCase()}_PORT`),
    );
    return moved ? String(portOf(service, moved, this.#endpoints.movedPorts)) : value;
  }

  #deployment(fact: (VariableSource & { kind: 'deployment' })['fact']): string | undefined {
    const values = {
      environment: 'local',
      host: LOOPBACK,
      'log-level': this.#endpoints.logLevel,
      'trace-endpoint': undefined,
      'trace-sampling-ratio': '0',
      'token-issuer': LOCAL_ISSUER,
      'token-audience': TOKEN_AUDIENCE,
      'token-keys': pathToFileURL(this.#endpoints.jwksFile).href,
    } as const;
    return values[fact];
  }

  #call(service: string, port: string): string {
    return `http://${LOOPBACK}:${portOf(serviceNamed(this.#catalog, service), port, this.#endpoints.movedPorts)}`;
  }

  #store(service: Service, name: string, fact: string): string | undefined {
    const { engine } = storeNamed(this.#catalog, name);
    const { postgresPort, redisPort } = this.#endpoints;
    const role = names.databaseRole(service.name);
    const postgres = { url: `postgres://${role}@${LOOPBACK}:${postgresPort}/${names.database(name)}` };
    const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      'rds-postgresql': postgres,
      timescaledb: postgres,
      elasticache: { nodes: `${LOOPBACK}:${redisPort}`, mode: 'single', tls: 'disable' },
      s3: { url: this.#objectFolder(name) },
    };
    return values[engine]?.[fact];
  }

  #objectFolder(bucket: string): string {
    const folder = join(this.#endpoints.dataFolder, 'objects', bucket);
    mkdirSync(folder, { recursive: true });
    return pathToFileURL(folder).href;
  }
}
