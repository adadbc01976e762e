import { type App, CfnCondition, CfnParameter, Fn } from 'aws-cdk-lib';
import {
  CfnCluster,
  Cluster,
  ClusterLoggingTypes,
  DefaultCapacityType,
  EndpointAccess,
  type ICluster,
  KubernetesVersion,
} from 'aws-cdk-lib/aws-eks-v2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { KUBERNETES_VERSION } from '#catalog/environments/index.ts';
import type { Environment, NodeGroupName } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { SERVICE_CIDR } from '#catalog/network.ts';
import { AddOns } from '../constructs/add-ons.ts';
import { ClusterAccess } from '../constructs/cluster-access.ts';
import { EncryptionKey } from '../constructs/encryption-key.ts';
import { asCluster } from '../constructs/interfaces.ts';
import { NodeGroup } from '../constructs/node-group.ts';
import { PodRole } from '../constructs/pod-role.ts';
import { type StoreKeys, servicePermissions } from '../constructs/service-permissions.ts';
import { SystemRoles } from '../constructs/system-roles.ts';
import { requiredTags, tagOwner } from '../policies/tags.ts';
import type { CacheStack } from './cache-stack.ts';
import type { NetworkStack } from './network-stack.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';
import type { StorageStack } from './storage-stack.ts';

interface Foundations {
  readonly network: NetworkStack;
  readonly storage: StorageStack;
  readonly database: { readonly key: IKey };
  readonly cache: CacheStack;
  /** Of the zone; without it, external-dns is held to the names of the domain. */
  readonly zoneArn?: string;
}

const GROUPS = ['system', 'application', 'data'] as const satisfies readonly NodeGroupName[];

/** No network named means no public endpoint; CDK, given none, would open it to the world. */
const endpointFor = ({ apiAccessCidrs }: Environment): EndpointAccess =>
  apiAccessCidrs.length > 0 ? EndpointAccess.PUBLIC_AND_PRIVATE.onlyFrom(...apiAccessCidrs) : EndpointAccess.PRIVATE;

/** Properties that CDK's construct does not know yet. */
function protect(cluster: Cluster, { retainData }: Environment): void {
  const resource = cluster.node.defaultChild;
  if (!(resource instanceof CfnCluster)) throw new Error(`${cluster.node.path} has no cluster inside.`);
  resource.deletionProtection = retainData;
  // Past its support a version costs six times as much, or is upgraded by AWS: prod rather pays for a forgotten upgrade.
  resource.upgradePolicy = { supportType: retainData ? 'EXTENDED' : 'STANDARD' };
}

/** EKS with its nodes and add-ons, and a role for every service account that needs AWS. */
export class ClusterStack extends PlatformStack {
  readonly clusterName: string;
  readonly nodes: readonly NodeGroup[];
  readonly #volumeKey: EncryptionKey;
  readonly #network: NetworkStack;
  readonly #storeKeys: StoreKeys;

  constructor(app: App, platform: Platform, { network, storage, database, cache, zoneArn }: Foundations) {
    super(app, platform, { kind: 'cluster', description: 'EKS, its nodes, and the roles of its service accounts' });
    const { environment } = platform;
    this.#volumeKey = new EncryptionKey(this, 'VolumeKey', { environment, use: 'volumes' });
    this.#volumeKey.allowVolumes();
    this.#network = network;
    this.#storeKeys = { storage: storage.key, database: database.key, cache: cache.key };
    const cluster = this.#addControlPlane();
    const roles = this.#addSystemRoles(cluster, zoneArn);
    const addOns = new AddOns(this, 'AddOns', {
      clusterName: cluster.clusterName,
      roles,
      volumeTags: requiredTags(this, 'platform'),
    });
    this.clusterName = names.cluster(environment);
    this.nodes = this.#addNodes(cluster);
    for (const group of this.nodes) group.node.addDependency(...addOns.forNodes);
    addOns.addWorkloads(this.nodes);
    this.#addServiceRoles(cluster);
    new ClusterAccess(this, 'Access', { environment, cluster });
  }

  #addControlPlane(): ICluster {
    const { environment } = this.platform;
    const { vpc } = this.#network;
    const clusterName = names.cluster(environment);
    // EKS would make it without an end date and leave it behind.
    const logs = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/eks/${clusterName}/cluster`,
      retention: environment.logRetentionDays,
    });
    const cluster = new Cluster(this, 'Cluster', {
      clusterName,
      version: KubernetesVersion.of(KUBERNETES_VERSION),
      vpc,
      vpcSubnets: [{ subnets: vpc.privateSubnets }],
      serviceIpv4Cidr: SERVICE_CIDR,
      endpointAccess: endpointFor(environment),
      secretsEncryptionKey: new EncryptionKey(this, 'Key', { environment, use: 'cluster' }),
      clusterLogging: Object.values(ClusterLoggingTypes),
      defaultCapacityType: DefaultCapacityType.NODEGROUP,
      defaultCapacity: 0,
      // The add-ons bring everything; nothing unmanaged to adopt, nobody privileged for having deployed.
      bootstrapSelfManagedAddons: false,
      bootstrapClusterCreatorAdminPermissions: false,
      outputConfigCommand: false,
    });
    protect(cluster, environment);
    // A parameter that only kubectl from CloudFormation would wait for.
    cluster.node.tryRemoveChild('KubectlReadyBarrier');
    cluster.node.addDependency(logs);
    return asCluster(cluster);
  }

  #addNodes(cluster: ICluster): readonly NodeGroup[] {
    const { nodeGroups, awake } = this.platform.environment;
    const when = awake ? this.#addAwake() : undefined;
    const role = new Role(this, 'NodeRole', {
      description: 'Nodes join the cluster and pull images',
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly'].map((policy) =>
        ManagedPolicy.fromAwsManagedPolicyName(policy),
      ),
    });
    return GROUPS.map(
      (name) =>
        new NodeGroup(this, `Nodes-${name}`, {
          name,
          size: nodeGroups[name],
          cluster,
          role,
          key: this.#volumeKey,
          securityGroup: this.#network.workloads,
          ...(awake && when ? { awake: { ...awake[name], when } } : {}),
        }),
    );
  }

  /** The one switch of a recovery region: `cdk deploy --parameters …:Awake=yes` gives every group its full size. */
  #addAwake(): CfnCondition {
    const awake = new CfnParameter(this, 'Awake', {
      description: 'Whether this region has taken over: yes wakes the nodes that services need',
      allowedValues: ['no', 'yes'],
      default: 'no',
    });
    return new CfnCondition(this, 'IsAwake', { expression: Fn.conditionEquals(awake, 'yes') });
  }

  #addSystemRoles(cluster: ICluster, zoneArn?: string): SystemRoles {
    const { catalog, environment } = this.platform;
    return new SystemRoles(this, 'System', {
      catalog,
      environment,
      keys: this.#storeKeys,
      cluster,
      volumeKey: this.#volumeKey,
      ...(zoneArn ? { zoneArn } : {}),
      extraSecrets: [{ name: names.databaseAdministratorSecret(environment), key: 'database' }],
    });
  }

  #addServiceRoles(cluster: ICluster): void {
    const { catalog, environment } = this.platform;
    for (const service of catalog.services) {
      const role = new PodRole(this, `Role-${service.name}`, {
        environment,
        name: service.name,
        description: `Pods of ${service.name}`,
        statements: servicePermissions(this, service, { catalog, environment, keys: this.#storeKeys }),
      });
      role.associate(cluster.clusterName, {
        namespace: SERVICES_NAMESPACE,
        serviceAccount: names.serviceAccount(service.name),
      });
      tagOwner(role, this, service.name);
    }
  }
}
