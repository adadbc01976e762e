import type { App } from 'aws-cdk-lib';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnReplicationGroup, CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import { VALKEY_VERSION } from '#catalog/environments/index.ts';
import type { Environment } from '#catalog/index.ts';
import { enginePorts, names } from '#catalog/names.ts';
import { CacheUsers } from '../constructs/cache-users.ts';
import { EncryptionKey } from '../constructs/encryption-key.ts';
import { StoreEndpoint } from '../constructs/store-endpoint.ts';
import type { NetworkStack } from './network-stack.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';

const padded = (number: number, digits: number): string => String(number + 1).padStart(digits, '0');

const nodesOf = ({ cache: { shards, replicasPerShard } }: Environment): readonly string[] =>
  Array.from({ length: shards }, (_shard, shard) =>
    Array.from({ length: replicasPerShard + 1 }, (_node, node) => `${padded(shard, 4)}-${padded(node, 3)}`),
  ).flat();

/** ElastiCache for Valkey in cluster mode, with a user per service. */
export class CacheStack extends PlatformStack {
  readonly key: EncryptionKey;
  /** Identifiers of the nodes, as ElastiCache makes them up in cluster mode: group, shard, node. */
  readonly nodes: readonly string[];

  constructor(app: App, platform: Platform, { network }: { readonly network: NetworkStack }) {
    super(app, platform, { kind: 'cache', description: 'ElastiCache for Valkey and its users' });
    const { catalog, environment } = platform;
    this.key = new EncryptionKey(this, 'Key', { environment, use: 'cache' });
    const users = new CacheUsers(this, 'Users', { catalog, environment, key: this.key });
    const nodes = this.#addNodes(network, users);
    new StoreEndpoint(this, 'Endpoint', {
      environment,
      engine: 'elasticache',
      key: this.key,
      values: {
        host: nodes.attrConfigurationEndPointAddress,
        port: nodes.attrConfigurationEndPointPort,
        nodes: `${nodes.attrConfigurationEndPointAddress}:${nodes.attrConfigurationEndPointPort}`,
      },
    });
    this.nodes = nodesOf(platform.environment).map((node) => `${nodes.ref}-${node}`);
  }

  #addNodes(network: NetworkStack, users: CacheUsers): CfnReplicationGroup {
    const { environment } = this.platform;
    const { cache } = environment;
    return new CfnReplicationGroup(this, 'Nodes', {
      replicationGroupId: names.cluster(environment),
      replicationGroupDescription: `Cache of ${environment.name}`,
      engine: 'valkey',
      engineVersion: VALKEY_VERSION.engine,
      cacheParameterGroupName: VALKEY_VERSION.parameterGroup,
      cacheNodeType: cache.nodeType,
      clusterMode: 'enabled',
      numNodeGroups: cache.shards,
      replicasPerNodeGroup: cache.replicasPerShard,
      // Cluster mode demands it; without a replica there is nothing to fail over to, and zones make no difference.
      automaticFailoverEnabled: true,
      multiAzEnabled: cache.replicasPerShard > 0,
      port: enginePorts.redis,
      cacheSubnetGroupName: this.#subnets(network).ref,
      securityGroupIds: [this.#securityGroup(network).securityGroupId],
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
      kmsKeyId: this.key.keyArn,
      userGroupIds: [users.group.ref],
      autoMinorVersionUpgrade: true,
      preferredMaintenanceWindow: 'sun:08:30-sun:09:30',
      // Whatever it holds can be rebuilt (catalog/stores.ts).
      snapshotRetentionLimit: 0,
    });
  }

  #subnets({ vpc }: NetworkStack): CfnSubnetGroup {
    return new CfnSubnetGroup(this, 'Subnets', {
      cacheSubnetGroupName: names.cluster(this.platform.environment),
      description: `Isolated subnets of ${this.platform.environment.name}`,
      subnetIds: vpc.isolatedSubnets.map(({ subnetId }) => subnetId),
    });
  }

  #securityGroup({ vpc, workloads }: NetworkStack): SecurityGroup {
    const group = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'ElastiCache for Valkey',
      allowAllOutbound: false,
    });
    group.addIngressRule(workloads, Port.tcp(enginePorts.redis), 'Valkey over TLS');
    return group;
  }
}
