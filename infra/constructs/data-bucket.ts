import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  type LifecycleRule,
  ObjectLockRetention,
  ObjectOwnership,
  Bucket as S3Bucket,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Bucket, Environment, Store } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { OBJECT_LOCK_DAYS } from '#catalog/stores.ts';

/** Long enough to undo a mistake, short enough that an erased person does not live on in an old version. */
const OLD_VERSION_DAYS = 7;

export const isBucket = (store: Store): store is Bucket => store.engine === 's3' && 'lifecycle' in store;

const tiers = [
  [StorageClass.INFREQUENT_ACCESS, 30],
  [StorageClass.GLACIER, 90],
  [StorageClass.DEEP_ARCHIVE, 365],
] as const;

/** What S3 does with current objects by itself; the reader of the bucket says what it can bear. */
function lifecycleOf({ lifecycle }: Bucket): Partial<LifecycleRule> {
  switch (lifecycle.kind) {
    case 'tiered':
      return {
        transitions: tiers.map(([storageClass, days]) => ({ storageClass, transitionAfter: Duration.days(days) })),
      };
    case 'expire':
      return { expiration: Duration.days(lifecycle.days) };
    case 'reader-owned':
      return {};
  }
}

function encryptionOf(bucket: Bucket, key: IKey): Partial<BucketProps> {
  return bucket.encryption === 'kms'
    ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
    : { encryption: BucketEncryption.S3_MANAGED };
}

function lockOf(bucket: Bucket, environment: Environment): Partial<BucketProps> {
  return bucket.objectLock && environment.objectLock
    ? { objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(OBJECT_LOCK_DAYS)) }
    : {};
}

export interface DataBucketProps {
  readonly environment: Environment;
  readonly bucket: Bucket;
  readonly key: IKey;
  /** Takes the access log; the bucket that takes it logs nowhere, or it would log itself for ever. */
  readonly accessLogs?: IBucket;
}

/**
 * A bucket of the catalog: private, TLS only, encrypted, with the lifecycle that its reader can bear. Versioned always,
 * which is also what replication to the recovery region needs.
 */
export class DataBucket extends S3Bucket {
  constructor(scope: Construct, id: string, { environment, bucket, key, accessLogs }: DataBucketProps) {
    super(scope, id, {
      bucketName: names.bucket(environment, bucket.name),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      ...encryptionOf(bucket, key),
      ...lockOf(bucket, environment),
      ...(accessLogs ? { serverAccessLogsBucket: accessLogs, serverAccessLogsPrefix: `s3/${bucket.name}/` } : {}),
      lifecycleRules: [
        {
          id: bucket.lifecycle.kind,
          ...lifecycleOf(bucket),
          noncurrentVersionExpiration: Duration.days(OLD_VERSION_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(OLD_VERSION_DAYS),
        },
      ],
    });
  }
}
