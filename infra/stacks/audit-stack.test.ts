import { describe, expect, test } from '@jest/globals';
import { names } from '#catalog/names.ts';
import { ENVIRONMENTS, environmentOf, glanceAt, stackOf } from '#tests/support/infra.ts';

describe.each(ENVIRONMENTS)('the audit trail of %s', (name) => {
  const environment = environmentOf(name);
  const trail = stackOf(name, 'audit').only('AWS::CloudTrail::Trail');
  const storage = stackOf(name, 'storage');
  const arn = `arn:aws:cloudtrail:us-east-1:${environment.account}:trail/${names.trail(environment)}`;

  test('records the account in all regions, with digests that prove it unchanged', () => {
    expect(trail).toMatchObject({
      IsLogging: true,
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: true,
      EnableLogFileValidation: true,
      EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'All' }],
    });
  });

  test('goes to the audit bucket, under our key', () => {
    expect(trail.S3BucketName).toBe(names.bucket(environment, 'audit'));
    expect(JSON.stringify(trail.KMSKeyId)).toContain(`gamemetrics-${name}-storage:`);
  });

  test('is the only trail that may write to the bucket and use the key', () => {
    const statements = [
      ...storage.properties('AWS::S3::BucketPolicy').map(({ PolicyDocument }) => PolicyDocument),
      storage.only('AWS::KMS::Key').KeyPolicy,
    ].flatMap((document) => (document as { Statement: { Principal: unknown; Condition: unknown }[] }).Statement);
    const ofTrails = statements.filter(({ Principal }) => JSON.stringify(Principal).includes('cloudtrail'));
    expect(ofTrails).toHaveLength(3);
    for (const { Condition } of ofTrails) expect(Condition).toMatchObject({ StringEquals: { 'aws:SourceArn': arn } });
  });

  test('is deployed after the bucket whose policy admits it', () => {
    expect(stackOf(name, 'audit').dependencies).toEqual([names.stack(environment, 'storage')]);
  });
});

test.each(['dev', 'prod'] as const)('the audit trail of %s at a glance', (name) => {
  expect(glanceAt(stackOf(name, 'audit'), { 'AWS::CloudTrail::Trail': ['TrailName'] })).toMatchSnapshot();
});
