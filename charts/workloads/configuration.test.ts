import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { isSecret, variablesOf } from '#catalog/configuration.ts';
import { catalog, type EnvironmentName, type Service, serviceNamed } from '#catalog/index.ts';
import { readEnvironment, serviceEnvironment } from '#kit/environment.ts';
import {
  at,
  ENVIRONMENTS,
  listAt,
  platformOf,
  runnerIn,
  textsAt,
  theObject,
  withFolder,
} from '#tests/support/charts.ts';
import { configurationOf, SECRETS_FOLDER } from './configuration.ts';

const configurationIn = (environment: EnvironmentName, name: string) =>
  configurationOf(platformOf(environment), serviceNamed(catalog, name));

/** What External Secrets makes of a template once the values are there. */
const rendered = (template: string): string =>
  template.replaceAll(/\{\{ \.([a-z_]+) \}\}/g, (_, key) => (String(key).endsWith('port') ? '5432' : 'host.internal'));

/** The process environment of a container as Kubernetes would put it together, secrets in a folder of this machine. */
function processEnvironment(environment: EnvironmentName, service: Service, folder: string): Record<string, string> {
  const { plain, variables, templates, files, kafkaPassword } = configurationIn(environment, service.name);
  mkdirSync(folder, { recursive: true });
  for (const file of [...files, ...(kafkaPassword ? [kafkaPassword] : [])]) writeFileSync(join(folder, file), 'secret');
  const moved = Object.entries(plain).map(([name, value]) => [name, value.replace(SECRETS_FOLDER, folder)]);
  const remote = variables.map((name) => [name, rendered(templates[name] ?? '')]);
  return Object.fromEntries([...moved, ...remote]);
}

describe.each(ENVIRONMENTS)('the configuration of services in %s', (environment) => {
  test.each(catalog.services)('$name gets every variable that it declares, once', (service) => {
    const { plain, variables } = configurationIn(environment, service.name);
    const expected = variablesOf(catalog, service).map(({ name, from }) => (isSecret(from) ? `${name}_FILE` : name));
    expect([...Object.keys(plain), ...variables].sort()).toEqual([...expected].sort());
  });

  test.each(catalog.services)('$name finds a file behind every secret, and only secrets in files', (service) => {
    const { plain, files, kafkaPassword } = configurationIn(environment, service.name);
    const pointed = Object.entries(plain).filter(([, value]) => value.startsWith(`${SECRETS_FOLDER}/`));
    const mounted = [...files, ...(kafkaPassword ? [kafkaPassword] : [])].map((name) => [
      `${name}_FILE`,
      `${SECRETS_FOLDER}/${name}`,
    ]);
    expect(pointed.sort()).toEqual(mounted.sort());
    expect(JSON.stringify(plain)).not.toContain('{{');
  });

  test.each(catalog.services)('$name mounts exactly the keys that its secrets have', (service) => {
    const deployment = runnerIn(environment, service.name);
    const sources = listAt(deployment, 'spec', 'template', 'spec', 'volumes')
      .filter((volume) => at(volume, 'name') === 'secrets')
      .flatMap((volume) => listAt(volume, 'projected', 'sources'));
    for (const source of sources) {
      const secret = theObject(environment, 'ExternalSecret', String(at(source, 'secret', 'name')));
      const keys = Object.keys(textsAt(secret, 'spec', 'target', 'template', 'data'));
      for (const item of listAt(source, 'secret', 'items')) expect(keys).toContain(at(item, 'key'));
    }
  });
});

describe.each(ENVIRONMENTS)('values in %s', (environment) => {
  test('come from Secrets Manager under the names that infra writes', () => {
    const { remote, templates } = configurationIn(environment, 'analytics-api');
    expect(remote).toContainEqual({
      secretKey: 'accounts_password',
      remoteRef: { key: `gamemetrics/${environment}/accounts/analytics-api`, property: 'password' },
    });
    expect(remote).toContainEqual({
      secretKey: 'elasticache_host',
      remoteRef: { key: `gamemetrics/${environment}/elasticache/endpoint`, property: 'host' },
    });
    expect(templates.CACHE_NODES).toBe('{{ .elasticache_host }}:{{ .elasticache_port }}');
  });

  test('lead to databases through their pooler, unless the catalog says why not', () => {
    expect(configurationIn(environment, 'analytics-api').plain).toMatchObject({
      ACCOUNTS_DATABASE_URL: 'postgres://analytics_api@pgbouncer.databases.svc.cluster.local:5432/accounts',
      ACCOUNTS_DATABASE_CA_FILE: '/etc/gamemetrics/trust/databases.crt',
      EVENTS_DATABASE_URL: 'postgres://analytics_api@timescaledb-pooler.databases.svc.cluster.local:5432/events',
      EVENTS_DATABASE_CA_FILE: '/etc/gamemetrics/trust/timescaledb.crt',
    });
    expect(configurationIn(environment, 'event-processor-service').plain).toMatchObject({
      EVENTS_DATABASE_URL: 'postgres://event_processor_service@timescaledb-rw.databases.svc.cluster.local:5432/events',
    });
  });

  test('name other services by their address in the cluster', () => {
    expect(configurationIn(environment, 'admin-dashboard').plain).toMatchObject({
      ANALYTICS_API_URL: 'http://analytics-api.gamemetrics.svc.cluster.local:3003',
      ENVIRONMENT: environment,
    });
  });
});

const SERVICES_FOLDER = join(import.meta.dirname, '../../services');
const written = catalog.services.filter(({ name }) => existsSync(join(SERVICES_FOLDER, name, 'environment.ts')));

test('every built service has a schema of its environment to compare with', () => {
  expect(written.map(({ name }) => name)).toEqual(
    catalog.services.filter(({ status }) => status === 'built').map(({ name }) => name),
  );
});

describe.each(ENVIRONMENTS)('the environment of a container in %s', (environment) => {
  test.each(written)('is what $name accepts', async (service) => {
    const module: unknown = await import(join(SERVICES_FOLDER, service.name, 'environment.ts'));
    const properties = at(module, 'environment', 'properties');
    if (typeof properties !== 'object') throw new Error(`${service.name}/environment.ts exports no schema.`);
    const schema = Type.Object({ ...serviceEnvironment, ...properties });
    withFolder((folder) => {
      const source = processEnvironment(environment, service, join(folder, 'secrets'));
      expect(() => readEnvironment(schema, source)).not.toThrow();
    });
  });
});
