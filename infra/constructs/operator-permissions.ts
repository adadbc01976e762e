import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { SHARED_ACCOUNT, SHARED_REGION } from '#catalog/environments/index.ts';
import type { Environment, Service } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { OBJECT_KEEPERS } from '#catalog/stores.ts';

const allow = (
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Record<string, unknown>,
): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions ? { conditions } : {}) });

/** What an operator does with its own part of a bucket, and with the key in that bucket's name only. */
export function keeperPermissions(
  construct: Construct,
  keeper: keyof typeof OBJECT_KEEPERS,
  { environment, key }: { readonly environment: Environment; readonly key: IKey },
): PolicyStatement[] {
  const { bucket, prefix } = OBJECT_KEEPERS[keeper];
  const arn = `arn:${Stack.of(construct).partition}:s3:::${names.bucket(environment, bucket)}`;
  return [
    allow(['s3:ListBucket'], [arn], prefix ? { StringLike: { 's3:prefix': `${prefix}*` } } : undefined),
    allow(['s3:GetBucketLocation'], [arn]),
    allow(
      ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
      [`${arn}/${prefix}*`],
    ),
    allow(['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn], {
      StringEquals: {
        'kms:ViaService': `s3.${environment.region}.amazonaws.com`,
        'kms:EncryptionContext:aws:s3:arn': arn,
      },
    }),
  ];
}

/** Writes addresses of gateways into the zone, and its own marks beside them; never the records of another domain. */
export function dnsPermissions(
  construct: Construct,
  { environment, zoneArn }: { readonly environment: Environment; readonly zoneArn?: string },
): PolicyStatement[] {
  // In the recovery region the id of the zone is not known; the names of the records hold it to the same zone.
  const zone = zoneArn ?? `arn:${Stack.of(construct).partition}:route53:::hostedzone/*`;
  return [
    allow(['route53:ChangeResourceRecordSets'], [zone], {
      'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'AAAA', 'CNAME', 'TXT'] },
      'ForAllValues:StringLike': {
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': [environment.domain, `*.${environment.domain}`],
      },
    }),
    allow(['route53:ListResourceRecordSets', 'route53:ListTagsForResource'], [zone]),
    allow(['route53:ListHostedZones', 'route53:ListHostedZonesByName'], ['*']),
  ];
}

/** Reads images of the services and their signatures where all environments have them. */
export function imagePermissions(construct: Construct, services: readonly Service[]): PolicyStatement[] {
  const { partition } = Stack.of(construct);
  const repositories = services.map(
    ({ name }) => `arn:${partition}:ecr:${SHARED_REGION}:${SHARED_ACCOUNT}:repository/${names.repository(name)}`,
  );
  return [
    // A token for all of ECR; the next statement says what it is good for.
    allow(['ecr:GetAuthorizationToken'], ['*']),
    allow(['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], repositories),
  ];
}
