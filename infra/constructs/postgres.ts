import { Duration, Stack } from 'aws-cdk-lib';
import { InstanceType, type ISecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  CaCertificate,
  Credentials,
  DatabaseInsightsMode,
  DatabaseInstance,
  DatabaseInstanceEngine,
  type DatabaseInstanceNewProps,
  DatabaseInstanceReadReplica,
  EngineLifecycleSupport,
  ParameterGroup,
  PerformanceInsightRetention,
  PostgresEngineVersion,
  StorageType,
  SubnetGroup,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { POSTGRESQL_VERSION } from '#catalog/environments/index.ts';
import type { Environment } from '#catalog/index.ts';
import { DATABASE_ADMINISTRATOR, enginePorts } from '#catalog/names.ts';

/** RDS PostgreSQL User Guide, «Parameters»; every value is one that its default is not. */
const parameters = {
  'rds.force_ssl': '1',
  // Debezium reads the outbox of user-service from the write-ahead log.
  'rds.logical_replication': '1',
  // A reader that stays away may cost 10 GiB of log, not the disk.
  max_slot_wal_keep_size: '10240',
  log_min_duration_statement: '1000',
  log_lock_waits: '1',
  idle_in_transaction_session_timeout: '60000',
} as const;

const LOGS = ['postgresql', 'upgrade'] as const;
/** Night in the Americas; backup before maintenance, so that a bad upgrade has a fresh way back. */
const WINDOWS = { backup: '07:00-08:00', maintenance: 'sun:08:30-sun:09:30' } as const;

export interface PostgresProps {
  readonly environment: Environment;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly key: IKey;
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
    this.#shared = this.#sharedSettings();
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
      ...this.#named(name),
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
    return new DatabaseInstanceReadReplica(this, `Replica${number}`, {
      ...this.#shared,
      ...this.#named(`${Stack.of(this).stackName}-replica-${number}`),
      sourceDatabaseInstance: this.primary,
      instanceType: new InstanceType(this.#props.environment.database.instanceType),
    });
  }

  /** RDS makes the log groups of an instance without an end date; made before it, they have one and go with the stack. */
  #named(instanceIdentifier: string): Pick<DatabaseInstanceNewProps, 'instanceIdentifier' | 'cloudwatchLogsExports'> {
    for (const log of LOGS)
      new LogGroup(this, `${instanceIdentifier}-${log}`, {
        logGroupName: `/aws/rds/instance/${instanceIdentifier}/${log}`,
        retention: this.#props.environment.logRetentionDays,
      });
    return { instanceIdentifier, cloudwatchLogsExports: [...LOGS] };
  }

  #sharedSettings(): DatabaseInstanceNewProps {
    const { environment, vpc, securityGroup, key } = this.#props;
    return {
      vpc,
      subnetGroup: new SubnetGroup(this, 'Subnets', {
        vpc,
        description: `Isolated subnets of ${environment.name}`,
        vpcSubnets: { subnets: vpc.isolatedSubnets },
      }),
      securityGroups: [securityGroup],
      port: enginePorts.postgresql,
      publiclyAccessible: false,
      storageType: StorageType.GP3,
      maxAllocatedStorage: environment.database.maxStorageGiB,
      parameterGroup: new ParameterGroup(this, 'Parameters', { engine: engine(), parameters }),
      caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
      monitoringInterval: Duration.minutes(1),
      monitoringRole: this.#monitoringRole(),
      enablePerformanceInsights: true,
      performanceInsightRetention: PerformanceInsightRetention.DEFAULT,
      performanceInsightEncryptionKey: key,
      databaseInsightsMode: DatabaseInsightsMode.STANDARD,
      autoMinorVersionUpgrade: true,
      engineLifecycleSupport: EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
      preferredMaintenanceWindow: WINDOWS.maintenance,
      copyTagsToSnapshot: true,
      deletionProtection: environment.retainData,
    };
  }

  #monitoringRole(): Role {
    return new Role(this, 'Monitoring', {
      description: 'Enhanced monitoring writes metrics of the operating system to CloudWatch',
      assumedBy: new ServicePrincipal('monitoring.rds.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonRDSEnhancedMonitoringRole')],
    });
  }
}

/** The major version alone: RDS takes the minor version that it recommends and keeps it current. */
const engine = () =>
  DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.of(POSTGRESQL_VERSION, POSTGRESQL_VERSION) });
