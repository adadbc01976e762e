import type { IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Cluster, ICluster } from 'aws-cdk-lib/aws-eks-v2';
import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';

/**
 * CDK's classes implement these interfaces, but say `T | undefined` where the interface says «optional», which
 * exactOptionalPropertyTypes tells apart. The assertions stand here, once, instead of loosening the compiler for all.
 */
export const asVpc = (vpc: Vpc): IVpc => vpc as IVpc;
export const asCluster = (cluster: Cluster): ICluster => cluster as ICluster;
export const asBucket = (bucket: Bucket): IBucket => bucket as IBucket;
export const asSecret = (secret: Secret): ISecret => secret as ISecret;
