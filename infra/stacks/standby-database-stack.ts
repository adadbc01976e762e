import { type App, ArnFormat, Duration } from 'aws-cdk-lib';
import { InstanceType, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnDBInstance, DatabaseInstance, DatabaseInstanceReadReplica } from 'aws-cdk-lib/aws-rds';
import type { Environment } from '#catalog/index.ts';
import { enginePorts, names } from '#catalog/names.ts';
import type { EncryptionKey } from '../constructs/encryption-key.ts';
import { instanceSettings, namedInstance, WINDOWS } from '../constructs/postgres-settings.ts';
import { StoreEndpoint } from '../constructs/store-endpoint.ts';
import type { NetworkStack } from './network-stack.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';
import type { VaultStack } from './vault-stack.ts';

interface Foundations {
  readonly network: NetworkStack;
  readonly vault: VaultStack;
  /** The environment that this region stands by for. */
  readonly source: Environment;
}

/**
 * A replica of RDS PostgreSQL in another region, seconds behind and awake: restoring a backup there would take longer
 * than the recovery time objective allows. Promoted, it is the primary; roles and passwords come with the data.
 */
export class StandbyDatabaseStack extends PlatformStack {
  readonly key: EncryptionKey;
  /** Identifier of the instance. */
  readonly replica: string;

  constructor(app: App, platform: Platform, { network, vault, source }: Foundations) {
    super(app, platform, { kind: 'database', description: 'Replica of RDS PostgreSQL' });
    this.key = vault.key;
    const replica = this.#addReplica(network, source);
    this.replica = replica.instanceIdentifier;
    new StoreEndpoint(this, 'Endpoint', {
      environment: platform.environment,
      engine: 'rds-postgresql',
      key: this.key,
      values: {
        host: replica.dbInstanceEndpointAddress,
        port: String(enginePorts.postgresql),
        readHosts: replica.dbInstanceEndpointAddress,
      },
    });
  }

  #addReplica(network: NetworkStack, primary: Environment): DatabaseInstanceReadReplica {
    const { environment } = this.platform;
    const { vpc } = network;
    const key = this.key;
    const replica = new DatabaseInstanceReadReplica(this, 'Replica', {
      ...instanceSettings(this, { environment, vpc, key, securityGroup: this.#addSecurityGroup(network) }),
      ...namedInstance(this, environment, this.stackName),
      sourceDatabaseInstance: DatabaseInstance.fromDatabaseInstanceAttributes(this, 'Source', {
        instanceIdentifier: names.stack(primary, 'database'),
        instanceEndpointAddress: 'not-used',
        port: enginePorts.postgresql,
        securityGroups: [],
      }),
      instanceType: new InstanceType(environment.database.instanceType),
      storageEncryptionKey: key,
      backupRetention: Duration.days(environment.database.backupRetentionDays),
      preferredBackupWindow: WINDOWS.backup,
    });
    this.#point(replica, primary);
    return replica;
  }

  /** An imported instance is taken to be of this region; the source is of the other one. */
  #point(replica: DatabaseInstanceReadReplica, primary: Environment): void {
    const resource = replica.node.defaultChild;
    if (!(resource instanceof CfnDBInstance)) throw new Error(`${replica.node.path} has no instance inside.`);
    // Follows from the source; its key of this region is what CloudFormation wants to know.
    resource.storageEncrypted = undefined;
    resource.sourceRegion = primary.region;
    resource.sourceDbInstanceIdentifier = this.formatArn({
      service: 'rds',
      region: primary.region,
      resource: 'db',
      resourceName: names.stack(primary, 'database'),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  #addSecurityGroup({ vpc, workloads }: NetworkStack): SecurityGroup {
    const group = new SecurityGroup(this, 'Instances', { vpc, description: 'RDS PostgreSQL', allowAllOutbound: false });
    group.addIngressRule(workloads, Port.tcp(enginePorts.postgresql), 'PostgreSQL over TLS');
    return group;
  }
}
