import { describe, expect, test } from '@jest/globals';
import { GITHUB } from '#catalog/delivery.ts';
import { names } from '#catalog/names.ts';
import { ENVIRONMENTS, environmentOf, glanceAt, stackOf } from '#tests/support/infra.ts';
import { conditionsOf, roleNamed, statementsOf } from '#tests/support/statements.ts';

const SUBJECT = 'token.actions.githubusercontent.com:sub';
const BRANCH = 'token.actions.githubusercontent.com:ref';
const repository = `${GITHUB.organization}/${GITHUB.repository}`;

describe.each(ENVIRONMENTS)('GitHub Actions in the account of %s', (name) => {
  const environment = environmentOf(name);
  const delivery = stackOf(name, 'delivery');
  const trustOf = (job: 'deploy' | 'diff') =>
    conditionsOf(roleNamed(delivery, names.ciRole(environment, job)).Properties) as {
      StringEquals: Readonly<Record<string, string>>;
    };

  test('deploys the released branch, once the environment of GitHub lets it', () => {
    const { StringEquals } = trustOf('deploy');
    expect(StringEquals[SUBJECT]).toBe(`repo:${repository}:environment:${name}`);
    expect(StringEquals[BRANCH]).toBe(`refs/heads/${GITHUB.branch}`);
  });

  test('compares a pull request, and can only look', () => {
    expect(trustOf('diff').StringEquals[SUBJECT]).toBe(`repo:${repository}:pull_request`);
    const [statement, ...others] = statementsOf(delivery, names.ciRole(environment, 'diff'));
    expect(others).toEqual([]);
    expect(statement?.Action).toEqual(['sts:AssumeRole']);
    for (const resource of statement?.Resource ?? [])
      expect(String(resource)).toContain(':role/cdk-hnb659fds-lookup-role-');
  });

  test('trusts no subject with a wildcard', () => {
    for (const job of ['deploy', 'diff'] as const) {
      expect(Object.keys(trustOf(job))).toEqual(['StringEquals']);
      expect(JSON.stringify(trustOf(job))).not.toMatch(/[*?]/);
    }
  });

  test('assumes the roles of the bootstrap in every region of the environment, and no other', () => {
    const [statement] = statementsOf(delivery, names.ciRole(environment, 'deploy'));
    const regions = [environment.region, ...(environment.recovery ? [environment.recovery.region] : [])];
    const expected = regions.flatMap((region) =>
      ['deploy', 'file-publishing', 'lookup'].map(
        (role) =>
          `arn:aws:iam::${environment.account}:role/cdk-hnb659fds-${role}-role-${environment.account}-${region}`,
      ),
    );
    expect(new Set(statement?.Resource)).toEqual(new Set(expected));
  });

  test('has no user and no key', () => {
    expect([...delivery.ofType('AWS::IAM::User'), ...delivery.ofType('AWS::IAM::AccessKey')]).toEqual([]);
  });
});

test.each(['dev', 'prod'] as const)('the delivery of %s at a glance', (name) => {
  expect(glanceAt(stackOf(name, 'delivery'), { 'AWS::IAM::Role': ['RoleName'] })).toMatchSnapshot();
});
