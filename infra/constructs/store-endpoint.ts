import { SecretValue } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';

export interface StoreEndpointProps {
  readonly environment: Environment;
  readonly engine: 'rds-postgresql' | 'elasticache';
  readonly key: IKey;
  /** What is known after deployment only: `host`, `port` and what else the engine has. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Tells the cluster where a store of AWS is. Not confidential, but Secrets Manager is what External Secrets reads, so
 * that endpoint and password arrive by the same road.
 */
export class StoreEndpoint extends Secret {
  constructor(scope: Construct, id: string, { environment, engine, key, values }: StoreEndpointProps) {
    super(scope, id, {
      secretName: names.storeEndpoint(environment, engine),
      description: `Where ${engine} of ${environment.name} is`,
      encryptionKey: key,
      secretObjectValue: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, SecretValue.unsafePlainText(value)]),
      ),
    });
  }
}
