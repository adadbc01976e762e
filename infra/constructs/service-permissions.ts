import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import {
  type Catalog,
  type Environment,
  type Service,
  type StoreEngine,
  type StoreUse,
  storeNamed,
} from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { isBucket } from './data-bucket.ts';
import { credentialsOf } from './store-credentials.ts';

/** The keys behind the stores, each of the stack that owns the store. */
export interface StoreKeys {
  readonly storage: IKey;
  readonly database: IKey;
  readonly cache: IKey;
}

export interface PermissionProps {
  readonly catalog: Catalog;
  readonly environment: Environment;
  readonly keys: StoreKeys;
}

/** Engines whose place is known after deployment only, and published as a secret. */
const publishedEngines = ['rds-postgresql', 'elasticache'] as const satisfies readonly StoreEngine[];

/** What a service does with a bucket, by its declared access (Service Authorization Reference, S3). */
const bucketActions = {
  read: { objects: ['s3:GetObject'], key: ['kms:Decrypt'] },
  'read-write': {
    objects: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
    key: ['kms:Decrypt', 'kms:GenerateDataKey'],
  },
} as const satisfies Record<StoreUse['access'], { objects: readonly string[]; key: readonly string[] }>;

/** The statements of a service's role: its own buckets and its own secrets, derived from its stores in the catalog. */
export function servicePermissions(scope: Construct, service: Service, props: PermissionProps): PolicyStatement[] {
  return [
    ...service.stores.flatMap((use) => bucketStatements(scope, use, props)),
    ...secretStatements(scope, secretsOf(service, props), props.keys),
  ];
}

function bucketStatements(scope: Construct, use: StoreUse, { catalog, environment, keys }: PermissionProps) {
  const store = storeNamed(catalog, use.store);
  if (!isBucket(store)) return [];
  const actions = bucketActions[use.access];
  const bucket = `arn:${Stack.of(scope).partition}:s3:::${names.bucket(environment, store.name)}`;
  return [
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket] }),
    new PolicyStatement({ actions: [...actions.objects], resources: [`${bucket}/*`] }),
    new PolicyStatement({
      actions: [...actions.key],
      resources: [keys.storage.keyArn],
      // With a bucket key S3 asks in the bucket's name, so that the shared key opens this bucket and no neighbour.
      conditions: {
        StringEquals: {
          'kms:ViaService': `s3.${environment.region}.amazonaws.com`,
          'kms:EncryptionContext:aws:s3:arn': bucket,
        },
      },
    }),
  ];
}

/** A secret by its name, and the key that it is encrypted under. */
export interface SecretUse {
  readonly name: string;
  readonly key: Exclude<keyof StoreKeys, 'storage'>;
}

const keyOf = (engine: StoreEngine): SecretUse['key'] => (engine === 'elasticache' ? 'cache' : 'database');

/** The secrets that a service may read: its passwords, and where the stores of AWS behind them are. */
export function secretsOf(service: Service, { catalog, environment }: Omit<PermissionProps, 'keys'>): SecretUse[] {
  const own = credentialsOf(catalog).filter((credential) => credential.service === service.name);
  const engines = new Set(own.map(({ store }) => store.engine));
  return [
    ...own.map(({ store }) => ({
      name: names.storeSecret(environment, store.name, service.name),
      key: keyOf(store.engine),
    })),
    ...publishedEngines
      .filter((engine) => engines.has(engine))
      .map((engine) => ({ name: names.storeEndpoint(environment, engine), key: keyOf(engine) })),
  ];
}

/** Reading exactly these secrets, and decrypting them through Secrets Manager only. */
export function secretStatements(scope: Construct, secrets: readonly SecretUse[], keys: StoreKeys): PolicyStatement[] {
  if (secrets.length === 0) return [];
  const stack = Stack.of(scope);
  // Secrets Manager ends each ARN in six characters of its own; the question marks match them and nothing longer.
  const arnOf = ({ name }: SecretUse): string =>
    `arn:${stack.partition}:secretsmanager:${stack.region}:${stack.account}:secret:${name}-??????`;
  return [
    new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      resources: secrets.map(arnOf),
    }),
    new PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [...new Set(secrets.map(({ key }) => keys[key].keyArn))],
      conditions: {
        StringEquals: { 'kms:ViaService': `secretsmanager.${stack.region}.amazonaws.com` },
        StringLike: { 'kms:EncryptionContext:SecretARN': secrets.map(arnOf) },
      },
    }),
  ];
}
