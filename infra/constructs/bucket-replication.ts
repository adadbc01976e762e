import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Bucket, Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import type { DataBucket } from './data-bucket.ts';

/** What replication time control promises for 99.9 % of objects, and the one value that S3 takes (S3 user guide). */
export const PROMISED_MINUTES = 15;
/** Metrics of a copy are found by it. */
export const REPLICATION_RULE = 'recovery';

export interface BucketReplicationProps {
  readonly environment: Environment;
  readonly standby: Environment;
  readonly buckets: readonly Bucket[];
  /** Of the buckets here; that of the copies is named by its alias. */
  readonly key: IKey;
}

/** Copies buckets into the recovery region, under that region's key. The copies have to exist before. */
export class BucketReplication extends Construct {
  readonly #props: BucketReplicationProps;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: BucketReplicationProps) {
    super(scope, id);
    this.#props = props;
    this.#role = new Role(this, 'Role', {
      description: 'S3 copies buckets to the recovery region',
      assumedBy: new ServicePrincipal('s3.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: { Copy: new PolicyDocument({ statements: [...this.#copying(), ...this.#encrypting()] }) },
    });
  }

  copy(bucket: Bucket, built: DataBucket): void {
    const resource = built.node.defaultChild;
    if (!(resource instanceof CfnBucket)) throw new Error(`${built.node.path} has no bucket inside.`);
    const { account, standby } = { account: Stack.of(this).account, standby: this.#props.standby };
    const time = { minutes: PROMISED_MINUTES };
    resource.replicationConfiguration = {
      role: this.#role.roleArn,
      rules: [
        {
          id: REPLICATION_RULE,
          status: 'Enabled',
          priority: 1,
          filter: { prefix: '' },
          deleteMarkerReplication: { status: 'Enabled' },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
          destination: {
            bucket: this.#arn(standby, bucket),
            encryptionConfiguration: {
              replicaKmsKeyId: `arn:${Stack.of(this).partition}:kms:${standby.region}:${account}:${names.keyAlias(standby, 'storage')}`,
            },
            ...(bucket.replication === 'timed'
              ? {
                  replicationTime: { status: 'Enabled', time },
                  metrics: { status: 'Enabled', eventThreshold: time },
                }
              : {}),
          },
        },
      ],
    };
  }

  #arn(site: Environment, { name }: Bucket): string {
    return `arn:${Stack.of(this).partition}:s3:::${names.bucket(site, name)}`;
  }

  #copying(): PolicyStatement[] {
    const { environment, standby, buckets } = this.#props;
    const sources = buckets.map((bucket) => this.#arn(environment, bucket));
    const copies = buckets.map((bucket) => this.#arn(standby, bucket));
    return [
      new PolicyStatement({ actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'], resources: sources }),
      new PolicyStatement({
        actions: [
          's3:GetObjectLegalHold',
          's3:GetObjectRetention',
          's3:GetObjectVersionAcl',
          's3:GetObjectVersionForReplication',
          's3:GetObjectVersionTagging',
        ],
        resources: sources.map((arn) => `${arn}/*`),
      }),
      new PolicyStatement({
        actions: ['s3:ReplicateDelete', 's3:ReplicateObject', 's3:ReplicateTags'],
        resources: copies.map((arn) => `${arn}/*`),
      }),
    ];
  }

  #encrypting(): PolicyStatement[] {
    const { environment, standby, key } = this.#props;
    const { partition, account } = Stack.of(this);
    return [
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${environment.region}.amazonaws.com` } },
      }),
      new PolicyStatement({
        actions: ['kms:Encrypt', 'kms:GenerateDataKey'],
        // The key's id is known in the other region only; its alias says which one is meant.
        resources: [`arn:${partition}:kms:${standby.region}:${account}:key/*`],
        conditions: {
          StringEquals: { 'kms:ViaService': `s3.${standby.region}.amazonaws.com` },
          'ForAnyValue:StringEquals': { 'kms:ResourceAliases': names.keyAlias(standby, 'storage') },
        },
      }),
    ];
  }
}
