import type { App } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { standbyOf } from '#catalog/environments/index.ts';
import type { Environment } from '#catalog/index.ts';
import { DATABASE_ADMINISTRATOR, enginePorts, names } from '#catalog/names.ts';
import { EncryptionKey } from '../constructs/encryption-key.ts';
import { asSecret } from '../constructs/interfaces.ts';
import { PasswordRotation } from '../constructs/password-rotation.ts';
import { Postgres } from '../constructs/postgres.ts';
import { credentialsOf, PasswordSecret, StoreCredential } from '../constructs/store-credentials.ts';
import { StoreEndpoint } from '../constructs/store-endpoint.ts';
import type { NetworkStack } from './network-stack.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';

/** RDS PostgreSQL with a password per service, and the passwords of the databases that run in the cluster. */
export class DatabaseStack extends PlatformStack {
  readonly key: EncryptionKey;
  /** Identifiers of the instances. */
  readonly primary: string;
  readonly replicas: readonly string[];

  constructor(app: App, platform: Platform, { network }: { readonly network: NetworkStack }) {
    super(app, platform, { kind: 'database', description: 'RDS PostgreSQL and the credentials of all databases' });
    const { environment } = platform;
    this.key = new EncryptionKey(this, 'Key', { environment, use: 'database' });
    const administrator = this.#addAdministrator();
    const { instances, functions } = this.#addSecurityGroups(network);
    const postgres = new Postgres(this, 'Postgres', {
      environment,
      vpc: network.vpc,
      securityGroup: instances,
      key: this.key,
      administrator,
    });
    const rotation = new PasswordRotation(this, 'Rotation', {
      vpc: network.vpc,
      securityGroup: functions,
      administrator: postgres.administrator,
    });
    this.#addCredentials(postgres, rotation);
    this.#publish(postgres);
    for (const standby of standbyOf(environment)) this.#copySecrets(standby);
    this.primary = postgres.primary.instanceIdentifier;
    this.replicas = postgres.replicas.map(({ instanceIdentifier }) => instanceIdentifier);
  }

  #addAdministrator(): ISecret {
    const secret = new PasswordSecret(this, 'Administrator', {
      name: names.databaseAdministratorSecret(this.platform.environment),
      description: 'Creates the databases and roles of the services, and nothing else',
      key: this.key,
      template: { username: DATABASE_ADMINISTRATOR, dbname: 'postgres' },
    });
    return asSecret(secret);
  }

  /** Two may knock at PostgreSQL: the pods, and the function that changes passwords. */
  #addSecurityGroups(network: NetworkStack): { readonly instances: SecurityGroup; readonly functions: SecurityGroup } {
    const { vpc, workloads } = network;
    const instances = new SecurityGroup(this, 'Instances', {
      vpc,
      description: 'RDS PostgreSQL',
      allowAllOutbound: false,
    });
    const functions = new SecurityGroup(this, 'RotationFunction', {
      vpc,
      description: 'Rotation of passwords',
      allowAllOutbound: false,
    });
    const postgresql = Port.tcp(enginePorts.postgresql);
    for (const client of [workloads, functions]) instances.addIngressRule(client, postgresql, 'PostgreSQL over TLS');
    functions.addEgressRule(instances, postgresql, 'PostgreSQL over TLS');
    functions.addEgressRule(Peer.anyIpv4(), Port.tcp(enginePorts.https), 'Secrets Manager, whose addresses change');
    return { instances, functions };
  }

  /** The databases in the cluster get their passwords here too: their operators and the services read the same secret. */
  #addCredentials(postgres: Postgres, rotation: PasswordRotation): void {
    const { catalog, environment } = this.platform;
    for (const credential of credentialsOf(catalog, 'rds-postgresql', 'timescaledb', 'qdrant', 'nats-jetstream')) {
      const secret = new StoreCredential(this, { catalog, environment, key: this.key, credential });
      if (credential.store.engine === 'rds-postgresql')
        rotation.rotate(secret.node.id, secret.attach(postgres.primary));
    }
  }

  #copySecrets(standby: Environment): void {
    for (const secret of this.node.children.filter((child) => child instanceof PasswordSecret)) secret.copyTo(standby);
  }

  #publish({ primary, replicas }: Postgres): void {
    const { environment } = this.platform;
    new StoreEndpoint(this, 'Endpoint', {
      environment,
      engine: 'rds-postgresql',
      key: this.key,
      values: {
        host: primary.dbInstanceEndpointAddress,
        port: String(enginePorts.postgresql),
        readHosts: (replicas.length > 0 ? replicas : [primary])
          .map(({ dbInstanceEndpointAddress }) => dbInstanceEndpointAddress)
          .join(','),
      },
    });
  }
}
