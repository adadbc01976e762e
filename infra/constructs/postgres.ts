import { Duration, Stack } from 'aws-cdk-lib';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import {
  Credentials,
  DatabaseInstance,
  type DatabaseInstanceNewProps,
  DatabaseInstanceReadReplica,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { DATABASE_ADMINISTRATOR } from '#catalog/names.ts';
import { engine, instanceSettings, namedInstance, type PostgresPlace, WINDOWS } from './postgres-settings.ts';

export interface PostgresProps extends PostgresPlace {
  readonly administrator: ISecret;
}

/** RDS PostgreSQL: one primary, with a standby and read replicas as the environment has them. */
export class Postgres extends Construct {
  readonly primary: DatabaseInstance;
  /** With host and port in it, once the instance stands. */
  readonly administrator: ISecret;
  readonly replicas: readonly DatabaseInstanceReadReplica[];
  readonly #props: PostgresProps;
  readonly #shared: DatabaseInstanceNewProps;

  constructor(scope: Construct, id: string, props: PostgresProps) {
    super(scope, id);
    this.#props = props;
    this.#shared = instanceSettings(this, props);
    this.primary = this.#addPrimary();
    this.administrator = this.primary.secret ?? props.administrator;
    this.replicas = Array.from({ length: props.environment.database.readReplicas }, (_, index) =>
      this.#addReplica(index + 1),
    );
  }

  #addPrimary(): DatabaseInstance {
    const { environment, key, administrator } = this.#props;
    const { database } = environment;
    const name = Stack.of(this).stackName;
    return new DatabaseInstance(this, 'Primary', {
      ...this.#shared,
      ...namedInstance(this, environment, name),
      engine: engine(),
      instanceType: new InstanceType(database.instanceType),
      credentials: Credentials.fromSecret(administrator, DATABASE_ADMINISTRATOR),
      multiAz: database.multiAz,
      allocatedStorage: database.storageGiB,
      storageEncrypted: true,
      storageEncryptionKey: key,
      backupRetention: Duration.days(database.backupRetentionDays),
      preferredBackupWindow: WINDOWS.backup,
      deleteAutomatedBackups: !environment.retainData,
    });
  }

  /** Encryption comes with the source: to state it on a replica in the same region is an error. */
  #addReplica(number: number): DatabaseInstanceReadReplica {
    const { environment } = this.#props;
    return new DatabaseInstanceReadReplica(this, `Replica${number}`, {
      ...this.#shared,
      ...namedInstance(this, environment, `${Stack.of(this).stackName}-replica-${number}`),
      sourceDatabaseInstance: this.primary,
      instanceType: new InstanceType(environment.database.instanceType),
    });
  }
}
