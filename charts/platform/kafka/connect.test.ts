import { describe, expect, test } from '@jest/globals';
import { catalog, environmentNamed, serviceNamed } from '#catalog/index.ts';
import {
  at,
  componentsIn,
  ENVIRONMENTS,
  listAt,
  namesOf,
  ofKind,
  textsAt,
  theObject,
  yamlOf,
} from '#tests/support/charts.ts';

describe.each(ENVIRONMENTS)('the relay of the outbox in %s', (environment) => {
  const { replicas, kafka } = environmentNamed(catalog, environment);
  const connect = theObject(environment, 'KafkaConnect', 'outbox');
  const connector = theObject(environment, 'KafkaConnector', 'outbox-relay');
  const config = textsAt(connector, 'spec', 'config');
  const acls = listAt(theObject(environment, 'KafkaUser', 'kafka-connect'), 'spec', 'authorization', 'acls');
  const writable = acls
    .filter((acl) => listAt(acl, 'operations').includes('Write'))
    .map((acl) => String(at(acl, 'resource', 'name')));

  test('waits outside the app-of-apps for user-service', () => {
    expect(serviceNamed(catalog, 'user-service').status).toBe('planned');
    expect(namesOf(ofKind(environment, 'Application'))).not.toContain('kafka-connect');
  });

  test('has two workers where one may be lost, and keeps its state as safe as events', () => {
    expect(at(connect, 'spec', 'replicas')).toBe(replicas === 'full' ? 2 : 1);
    for (const use of ['config', 'offset', 'status'])
      expect(at(connect, 'spec', 'config', `${use}.storage.replication.factor`)).toBe(kafka.replicationFactor);
    for (const topic of ['connect.configs', 'connect.offsets', 'connect.status'])
      expect(at(theObject(environment, 'KafkaTopic', topic), 'spec', 'config', 'cleanup.policy')).toBe('compact');
  });

  test('reads one table by its publication, over a connection whose certificate is checked against RDS', () => {
    expect(config).toMatchObject({
      'table.include.list': 'public.outbox',
      'publication.name': 'outbox',
      'publication.autocreate.mode': 'disabled',
      'database.sslmode': 'verify-full',
      'database.sslrootcert': '/mnt/trust/ca.crt',
    });
    const maps = componentsIn(environment).get('kafka-connect') ?? [];
    const roots = maps.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'amazon-rds-ca');
    expect(at(roots, 'data', 'ca.crt')).toContain('BEGIN CERTIFICATE');
  });

  test('has no password in its objects: each is in a file that a secret of Secrets Manager is mounted as', () => {
    expect(config['database.password']).toBe(`\${directory:/mnt/outbox-relay:password}`);
    expect(at(connect, 'spec', 'config', 'config.providers.directory.param.allowed.paths')).toBe('/mnt');
    expect(listAt(theObject(environment, 'ExternalSecret', 'outbox-relay'), 'spec', 'data')).toContainEqual({
      secretKey: 'password',
      remoteRef: { key: `gamemetrics/${environment}/accounts/outbox-relay`, property: 'password' },
    });
  });

  test('turns a row into a record: topic, key and value as the service wrote them, and the trace goes on', () => {
    expect(config).toMatchObject({
      'transforms.outbox.type': 'io.debezium.transforms.outbox.EventRouter',
      'transforms.outbox.route.by.field': 'topic',
      'transforms.outbox.route.topic.replacement': `\${routedByValue}`,
      'transforms.outbox.table.field.event.key': 'key',
      'transforms.outbox.table.field.event.payload': 'payload',
      'transforms.outbox.table.fields.additional.placement': 'traceparent:header',
    });
    expect(at(connect, 'spec', 'config', 'topic.creation.enable')).toBe(false);
  });

  test('writes what user-service produces, which the service itself may not write any more', () => {
    const produced = serviceNamed(catalog, 'user-service').produces.map(({ topic }) => topic);
    expect(writable.filter((name) => !name.startsWith('connect.')).sort()).toEqual([...produced].sort());
    const own = listAt(theObject(environment, 'KafkaUser', 'user-service'), 'spec', 'authorization', 'acls');
    expect(own.filter((acl) => listAt(acl, 'operations').includes('Write'))).toEqual([]);
  });
});

test('the workers of dev read like this', () => {
  expect(yamlOf('dev', 'kafka-connect', 'KafkaConnect', 'KafkaConnector')).toMatchSnapshot();
});
