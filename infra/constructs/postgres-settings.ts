import { Duration, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  CaCertificate,
  DatabaseInsightsMode,
  DatabaseInstanceEngine,
  type DatabaseInstanceNewProps,
  EngineLifecycleSupport,
  ParameterGroup,
  PerformanceInsightRetention,
  PostgresEngineVersion,
  StorageType,
  SubnetGroup,
} from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import { POSTGRESQL_VERSION } from '#catalog/environments/index.ts';
import type { Environment } from '#catalog/index.ts';
import { enginePorts } from '#catalog/names.ts';

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
export const WINDOWS = { backup: '07:00-08:00', maintenance: 'sun:08:30-sun:09:30' } as const;

export interface PostgresPlace {
  readonly environment: Environment;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly key: IKey;
}

type Named = Pick<DatabaseInstanceNewProps, 'instanceIdentifier' | 'cloudwatchLogsExports'>;

/** RDS makes the log groups of an instance without an end date; made before it, they have one and go with the stack. */
export function namedInstance(scope: Construct, { logRetentionDays }: Environment, instanceIdentifier: string): Named {
  for (const log of LOGS)
    new LogGroup(scope, `${instanceIdentifier}-${log}`, {
      logGroupName: `/aws/rds/instance/${instanceIdentifier}/${log}`,
      retention: logRetentionDays,
    });
  return { instanceIdentifier, cloudwatchLogsExports: [...LOGS] };
}

/** What every instance of an environment has in common, primary or replica. */
export function instanceSettings(scope: Construct, place: PostgresPlace): DatabaseInstanceNewProps {
  const { environment, vpc, securityGroup, key } = place;
  return {
    vpc,
    subnetGroup: new SubnetGroup(scope, 'Subnets', {
      vpc,
      description: `Isolated subnets of ${environment.name}`,
      vpcSubnets: { subnets: vpc.isolatedSubnets },
    }),
    securityGroups: [securityGroup],
    port: enginePorts.postgresql,
    publiclyAccessible: false,
    storageType: StorageType.GP3,
    maxAllocatedStorage: environment.database.maxStorageGiB,
    parameterGroup: new ParameterGroup(scope, 'Parameters', { engine: engine(), parameters }),
    caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
    monitoringInterval: Duration.minutes(1),
    monitoringRole: monitoringRole(scope),
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

function monitoringRole(scope: Construct): Role {
  return new Role(scope, 'Monitoring', {
    description: 'Enhanced monitoring writes metrics of the operating system to CloudWatch',
    assumedBy: new ServicePrincipal('monitoring.rds.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
    managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonRDSEnhancedMonitoringRole')],
  });
}
/** The major version alone: RDS takes the minor version that it recommends and keeps it current. */
export const engine = () =>
  DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.of(POSTGRESQL_VERSION, POSTGRESQL_VERSION) });
