import { describe, expect, test } from '@jest/globals';
import { catalog, type EnvironmentName } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { type BucketName, buckets } from '#catalog/stores.ts';
import { ENVIRONMENTS, environmentOf, glanceAt, type Resource, stackOf } from '#tests/support/infra.ts';

const bucketNames = buckets.map(({ name }) => name);
const KMS = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] } };

function bucketOf(environment: EnvironmentName, bucket: BucketName): Resource {
  const found = stackOf(environment, 'storage')
    .ofType('AWS::S3::Bucket')
    .find(({ Properties }) => Properties.BucketName === names.bucket(environmentOf(environment), bucket));
  if (!found) throw new Error(`${environment} has no bucket ${bucket}.`);
  return found;
}

/** What S3 does with current objects: days until each storage class, or until they expire. */
function lifecycleOf(environment: EnvironmentName, bucket: BucketName): unknown {
  const rules = bucketOf(environment, bucket).Properties.LifecycleConfiguration as {
    Rules: [{ ExpirationInDays?: number; Transitions?: { StorageClass: string; TransitionInDays: number }[] }];
  };
  const [{ ExpirationInDays, Transitions = [] }] = rules.Rules;
  const classes = Transitions.map(({ StorageClass, TransitionInDays }) => [StorageClass, TransitionInDays]);
  return ExpirationInDays === undefined ? classes : { expires: ExpirationInDays };
}

const TIERED = [
  ['STANDARD_IA', 30],
  ['GLACIER', 90],
  ['DEEP_ARCHIVE', 365],
];

describe.each(ENVIRONMENTS)('the storage of %s', (environment) => {
  const storage = stackOf(environment, 'storage');

  test('has the buckets of the catalog and no other', () => {
    const found = storage.properties('AWS::S3::Bucket').map(({ BucketName }) => BucketName);
    const declared = bucketNames.map((bucket) => names.bucket(environmentOf(environment), bucket));
    expect(new Set(found)).toEqual(new Set(declared));
    expect(found).toHaveLength(7);
  });

  test.each(bucketNames)('%s is private, versioned and owned by the account', (bucket) => {
    expect(bucketOf(environment, bucket).Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
  });

  test.each(bucketNames)('%s refuses everything but TLS of a current version', (bucket) => {
    const { id } = bucketOf(environment, bucket);
    const policy = storage
      .properties('AWS::S3::BucketPolicy')
      .find(({ Bucket }) => (Bucket as { Ref: string }).Ref === id);
    const refusal = (Condition: unknown) =>
      expect.objectContaining({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Condition });
    expect(policy?.PolicyDocument).toMatchObject({
      Statement: expect.arrayContaining([
        refusal({ Bool: { 'aws:SecureTransport': 'false' } }),
        refusal({ NumericLessThan: { 's3:TlsVersion': 1.2 } }),
      ]),
    });
  });

  test.each(bucketNames)('%s is encrypted under our key, or by S3 where AWS takes no other', (bucket) => {
    const expected = bucket === 'access-logs' ? { SSEAlgorithm: 'AES256' } : KMS;
    expect(bucketOf(environment, bucket).Properties.BucketEncryption).toMatchObject({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: expected }],
    });
  });

  test.each(bucketNames.filter((bucket) => bucket !== 'access-logs'))('%s logs who reads it', (bucket) => {
    expect(bucketOf(environment, bucket).Properties.LoggingConfiguration).toEqual({
      DestinationBucketName: { Ref: bucketOf(environment, 'access-logs').id },
      LogFilePrefix: `s3/${bucket}/`,
    });
  });

  test.each([
    ['archive', TIERED],
    ['backups', TIERED],
    ['audit', TIERED],
    ['logs', []],
    ['velero', []],
    ['artifacts', { expires: 365 }],
    ['access-logs', { expires: 90 }],
  ] as const)('%s ages as its reader can bear', (bucket, lifecycle) => {
    expect(lifecycleOf(environment, bucket)).toEqual(lifecycle);
  });

  test.each(bucketNames)('%s forgets old versions after a week, so that an erased person is gone', (bucket) => {
    expect(bucketOf(environment, bucket).Properties.LifecycleConfiguration).toMatchObject({
      Rules: [
        {
          NoncurrentVersionExpiration: { NoncurrentDays: 7 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        },
      ],
    });
  });

  test('rotates the key of the buckets', () => {
    expect(storage.only('AWS::KMS::Key')).toMatchObject({ EnableKeyRotation: true });
    expect(storage.only('AWS::KMS::Alias')).toMatchObject({ AliasName: `alias/gamemetrics/${environment}/storage` });
  });
});

test('the audit bucket of prod, and only that, can be deleted from by nobody for a year', () => {
  const locked = ENVIRONMENTS.flatMap((environment) =>
    bucketNames.flatMap((bucket) => {
      const { ObjectLockEnabled, ObjectLockConfiguration } = bucketOf(environment, bucket).Properties;
      return ObjectLockEnabled ? [{ environment, bucket, ObjectLockConfiguration }] : [];
    }),
  );
  const rule = { DefaultRetention: { Mode: 'COMPLIANCE', Days: 365 } };
  expect(locked).toEqual([
    { environment: 'prod', bucket: 'audit', ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: rule } },
  ]);
});

test('a bucket is tagged with the team of the service that owns it', () => {
  const owner = catalog.services.find(({ name }) => name === 'data-retention-service')?.owner;
  expect(bucketOf('prod', 'archive').Properties.Tags).toContainEqual({ Key: 'owner', Value: owner });
  expect(bucketOf('prod', 'velero').Properties.Tags).toContainEqual({ Key: 'owner', Value: 'platform' });
});

test.each(['dev', 'prod'] as const)('the storage of %s at a glance', (name) => {
  expect(
    glanceAt(stackOf(name, 'storage'), { 'AWS::S3::Bucket': ['BucketName', 'ObjectLockEnabled'] }),
  ).toMatchSnapshot();
});
