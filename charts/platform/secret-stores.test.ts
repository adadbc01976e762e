import { describe, expect, test } from '@jest/globals';
import { usesKafka } from '#catalog/configuration.ts';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { at, ENVIRONMENTS, listAt, ofKind, textsAt, theObject, yamlOf } from '#tests/support/charts.ts';

describe.each(ENVIRONMENTS)('where secrets of %s come from', (environment) => {
  test('Secrets Manager of its own region, for the namespaces of the services, of Kafka and of the databases alone', () => {
    expect(theObject(environment, 'ClusterSecretStore', 'aws-secrets-manager').spec).toEqual({
      conditions: [{ namespaces: ['gamemetrics', 'kafka', 'databases'] }],
      provider: { aws: { service: 'SecretsManager', region: environmentNamed(catalog, environment).region } },
    });
  });

  test('credentials of Kafka through an account that may get exactly the secrets of the users and the authority', () => {
    const users = catalog.services.filter(usesKafka).map(({ name }) => name);
    const role = ofKind(environment, 'Role').find(({ metadata }) => metadata.namespace === 'kafka');
    expect(role?.rules).toEqual([
      {
        apiGroups: [''],
        resources: ['secrets'],
        resourceNames: [...users, 'keda', 'gamemetrics-cluster-ca-cert'].sort(),
        verbs: ['get'],
      },
    ]);
  });

  test('no role lists secrets or reads all of them', () => {
    for (const role of ofKind(environment, 'Role'))
      for (const rule of listAt(role, 'rules')) {
        expect(at(rule, 'verbs')).toEqual(['get']);
        expect(listAt(rule, 'resourceNames').length).toBeGreaterThan(0);
      }
  });

  test('every ExternalSecret names a store that exists where it is', () => {
    const stores = new Set(
      [...ofKind(environment, 'ClusterSecretStore'), ...ofKind(environment, 'SecretStore')].map(
        ({ kind, metadata }) => `${kind}/${metadata.name}`,
      ),
    );
    for (const secret of ofKind(environment, 'ExternalSecret')) {
      const { kind, name } = textsAt(secret, 'spec', 'secretStoreRef');
      expect(stores).toContain(`${kind}/${name}`);
      expect(['gamemetrics', 'kafka', 'databases']).toContain(secret.metadata.namespace);
    }
  });

  test('every value that is fetched is used, and every value that is used is fetched', () => {
    for (const secret of ofKind(environment, 'ExternalSecret')) {
      const fetched = listAt(secret, 'spec', 'data').map((value) => at(value, 'secretKey'));
      const templates = Object.values(textsAt(secret, 'spec', 'target', 'template', 'data')).join(' ');
      const used = [...templates.matchAll(/\{\{ \.([a-z_]+) \}\}/g)].map(([, key]) => key);
      expect([...new Set(used)].sort()).toEqual([...fetched].sort());
    }
  });

  test('only the certificate of an authority is copied, never its key', () => {
    for (const name of ['kafka-ca', 'timescaledb-ca', 'databases-ca']) {
      const secret = theObject(environment, 'ExternalSecret', name);
      expect(listAt(secret, 'spec', 'data').map((value) => at(value, 'remoteRef', 'property'))).toEqual(['ca.crt']);
    }
  });
});

test('the stores read like this', () => {
  expect(yamlOf('prod', 'secret-stores', 'ClusterSecretStore', 'SecretStore', 'Role', 'RoleBinding')).toMatchSnapshot();
});

test('what the autoscaler is given reads like this', () => {
  expect(yamlOf('dev', 'autoscaling')).toMatchSnapshot();
});
