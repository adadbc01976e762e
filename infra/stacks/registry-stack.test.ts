import { describe, expect, test } from '@jest/globals';
import { GITHUB, IMAGE_RETENTION, IMAGES_OF_PARTS } from '#catalog/delivery.ts';
import { shared } from '#catalog/environments/index.ts';
import { catalog } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { glanceAt, SERVICES, stackOf } from '#tests/support/infra.ts';
import { conditionsOf, statementsOf } from '#tests/support/statements.ts';

const registry = stackOf('shared', 'registry');
const repositories = registry.properties('AWS::ECR::Repository');

describe('the registry of the shared account', () => {
  test('has a repository per service and part that we build, and no other', () => {
    expect(repositories.map(({ RepositoryName }) => RepositoryName)).toEqual(
      [...SERVICES, ...IMAGES_OF_PARTS].map(names.repository),
    );
  });

  test('a pushed tag never changes, and every image is scanned when it is pushed', () => {
    for (const repository of repositories)
      expect(repository).toMatchObject({
        ImageTagMutability: 'IMMUTABLE',
        ImageScanningConfiguration: { ScanOnPush: true },
        EncryptionConfiguration: { EncryptionType: 'KMS' },
      });
  });

  test('forgets what nothing names after a week, and all but the last releases', () => {
    for (const { LifecyclePolicy } of repositories) {
      const { rules } = JSON.parse((LifecyclePolicy as { LifecyclePolicyText: string }).LifecyclePolicyText);
      expect(rules).toMatchObject([
        { selection: { tagStatus: 'untagged', countNumber: IMAGE_RETENTION.untaggedDays, countUnit: 'days' } },
        { selection: { tagStatus: 'any', countNumber: IMAGE_RETENTION.releases, countType: 'imageCountMoreThan' } },
      ]);
    }
  });

  test('lets the accounts of the environments pull, and nothing more', () => {
    const accounts = catalog.environments.map(({ account }) => `arn:aws:iam::${account}:root`);
    for (const { RepositoryPolicyText } of repositories)
      expect(RepositoryPolicyText).toMatchObject({
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: accounts },
            Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
          },
        ],
      });
  });
});

describe('GitHub Actions in the shared account', () => {
  test('is known by its identity, without a long-lived key', () => {
    expect(registry.only('AWS::IAM::OIDCProvider')).toMatchObject({
      Url: 'https://token.actions.githubusercontent.com',
      ClientIdList: ['sts.amazonaws.com'],
    });
    expect(registry.ofType('AWS::IAM::User')).toEqual([]);
    expect(registry.ofType('AWS::IAM::AccessKey')).toEqual([]);
  });

  test('publishes from the released branch of our repository only', () => {
    const role = registry.only('AWS::IAM::Role');
    expect(role.RoleName).toBe(names.ciRole(shared, 'publish'));
    expect(conditionsOf(role)).toEqual({
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': `repo:${GITHUB.organization}/${GITHUB.repository}:ref:refs/heads/main`,
        'token.actions.githubusercontent.com:repository': `${GITHUB.organization}/${GITHUB.repository}`,
        'token.actions.githubusercontent.com:ref': 'refs/heads/main',
      },
    });
  });

  test('pushes to exactly these repositories, and deletes nothing', () => {
    const statements = statementsOf(registry, names.ciRole(shared, 'publish'));
    const [token, push] = statements;
    expect(statements).toHaveLength(2);
    expect(token).toMatchObject({ Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] });
    const arns = registry.ofType('AWS::ECR::Repository').map(({ id }) => ({ 'Fn::GetAtt': [id, 'Arn'] }));
    expect(new Set(push?.Resource.map((each) => JSON.stringify(each)))).toEqual(
      new Set(arns.map((each) => JSON.stringify(each))),
    );
    expect(push?.Action.filter((action) => /Delete|Policy|\*/.test(action))).toEqual([]);
  });
});

test('the registry at a glance', () => {
  expect(glanceAt(registry, { 'AWS::ECR::Repository': ['RepositoryName'] })).toMatchSnapshot();
});
