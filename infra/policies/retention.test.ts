import { describe, expect, test } from '@jest/globals';
import { App, Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import { shared } from '#catalog/environments/index.ts';
import { environmentOf, SITES, synthesized } from '#tests/support/infra.ts';
import { DecideRetention, retention } from './retention.ts';

describe.each(SITES)('in %s', (name) => {
  const { retainData } = name === 'shared' ? shared : environmentOf(name);
  const resources = synthesized(name).flatMap((template) => template.resources);

  test('every resource type has a decision on what becomes of it', () => {
    const undecided = resources.filter(({ Type }) => !(Type in retention)).map(({ Type }) => Type);
    expect([...new Set(undecided)]).toEqual([]);
  });

  test('data and what it stands on is kept where the environment retains data, and removed where it does not', () => {
    const kept = resources.filter(({ Type }) => retention[Type] !== 'rebuilt');
    const deletion = new Set(kept.map(({ DeletionPolicy }) => DeletionPolicy));
    const replacement = new Set(kept.map(({ UpdateReplacePolicy }) => UpdateReplacePolicy));
    expect([...deletion]).toEqual([retainData ? 'RetainExceptOnCreate' : 'Delete']);
    expect([...replacement]).toEqual([retainData ? 'Retain' : 'Delete']);
  });

  test('what can be made again is removed everywhere', () => {
    const rebuilt = resources.filter(({ Type }) => retention[Type] === 'rebuilt');
    expect([...new Set(rebuilt.map(({ DeletionPolicy = 'Delete' }) => DeletionPolicy))]).toEqual(['Delete']);
  });
});

test('no decision is left over for a type that nothing uses', () => {
  const used = new Set(
    SITES.flatMap((name) => synthesized(name).flatMap((each) => each.resources)).map(({ Type }) => Type),
  );
  expect(Object.keys(retention).filter((type) => !used.has(type))).toEqual([]);
});

test('buckets, databases, secrets, keys and logs count as data', () => {
  const data = Object.keys(retention).filter((type) => retention[type] === 'data');
  expect(data).toEqual(
    expect.arrayContaining([
      'AWS::S3::Bucket',
      'AWS::RDS::DBInstance',
      'AWS::SecretsManager::Secret',
      'AWS::KMS::Key',
      'AWS::Logs::LogGroup',
    ]),
  );
});

test('a type without a decision does not synthesize, and the message says where to decide', () => {
  const app = new App();
  const stack = new Stack(app, 'new-stack');
  new CfnResource(stack, 'Table', { type: 'AWS::DynamoDB::Table' });
  Aspects.of(stack).add(new DecideRetention({ retainData: true }));
  expect(() => app.synth()).toThrow(/new-stack\/Table is a AWS::DynamoDB::Table.*infra\/policies\/retention\.ts/s);
});
