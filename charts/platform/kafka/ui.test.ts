import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { at, ENVIRONMENTS, listAt, namesOf, ofKind, textsAt, theObject } from '#tests/support/charts.ts';

describe.each(ENVIRONMENTS)('the Kafka UI of %s', (environment) => {
  const { domain } = environmentNamed(catalog, environment);
  const settings: unknown = parse(
    textsAt(theObject(environment, 'ConfigMap', 'kafka-ui'), 'data')['application.yml'] ?? '',
  );

  test('waits outside the app-of-apps for whom it signs people in by', () => {
    expect(namesOf(ofKind(environment, 'Application'))).not.toContain('kafka-ui');
  });

  test('lets nobody in but by the sign-in of the platform, and keeps no secret for it', () => {
    expect(at(settings, 'auth', 'type')).toBe('OAUTH2');
    expect(at(settings, 'auth', 'oauth2', 'client', 'kafka-ui')).toMatchObject({
      'issuer-uri': `https://id.${domain}`,
      'redirect-uri': `https://kafka.${domain}/login/oauth2/code/kafka-ui`,
      'authorization-grant-type': 'authorization_code',
    });
    expect(JSON.stringify(settings)).not.toMatch(/secret|password/i);
  });

  test('shows operators and administrators what there is, changes nothing and opens no record', () => {
    const roles = listAt(settings, 'rbac', 'roles');
    expect(roles).toHaveLength(1);
    expect(listAt(roles[0], 'subjects').map((subject) => at(subject, 'value'))).toEqual(['operator', 'admin']);
    for (const permission of listAt(roles[0], 'permissions')) expect(at(permission, 'actions')).toEqual(['view']);
    expect(at(settings, 'kafka', 'clusters', 0, 'readOnly')).toBe(true);
  });

  test('could do no more if it were told to: its user in Kafka only describes', () => {
    const acls = listAt(theObject(environment, 'KafkaUser', 'kafka-ui'), 'spec', 'authorization', 'acls');
    const operations = new Set(acls.flatMap((acl) => listAt(acl, 'operations')));
    expect([...operations].sort()).toEqual(['Describe', 'DescribeConfigs']);
  });
});
