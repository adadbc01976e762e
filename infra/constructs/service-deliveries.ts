import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import type { DataBucket } from './data-bucket.ts';
import type { EncryptionKey } from './encryption-key.ts';

interface Delivery {
  readonly environment: Environment;
  readonly bucket: DataBucket;
}

const trailOf = (bucket: DataBucket, environment: Environment): string =>
  Stack.of(bucket).formatArn({ service: 'cloudtrail', resource: 'trail', resourceName: names.trail(environment) });

/** Lets the trail of this environment, and no other, write into a bucket under its key (CloudTrail user guide). */
export function acceptTrail({ environment, bucket }: Delivery, key: EncryptionKey): void {
  const trail = trailOf(bucket, environment);
  const principals = [new ServicePrincipal('cloudtrail.amazonaws.com')];
  const ofTrail = { 'aws:SourceArn': trail };
  bucket.addToResourcePolicy(
    new PolicyStatement({
      principals,
      actions: ['s3:GetBucketAcl'],
      resources: [bucket.bucketArn],
      conditions: { StringEquals: ofTrail },
    }),
  );
  bucket.addToResourcePolicy(
    new PolicyStatement({
      principals,
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`AWSLogs/${environment.account}/*`)],
      conditions: { StringEquals: { ...ofTrail, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    }),
  );
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'TrailEncrypts',
      effect: Effect.ALLOW,
      principals,
      actions: ['kms:GenerateDataKey*', 'kms:Decrypt', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: { StringEquals: ofTrail },
    }),
  );
}

/** Lets load balancers of this account write their access logs (Elastic Load Balancing user guide, «Access logs»). */
export function acceptBalancerLogs({ environment, bucket }: Delivery): void {
  bucket.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`balancers/AWSLogs/${environment.account}/*`)],
      conditions: { StringEquals: { 'aws:SourceAccount': environment.account } },
    }),
  );
}
