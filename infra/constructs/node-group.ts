import { type CfnCondition, Fn, type IResolvable, Tags, Token } from 'aws-cdk-lib';
import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  InstanceType,
  type ISecurityGroup,
  LaunchTemplate,
  LaunchTemplateHttpTokens,
  MultipartBody,
  MultipartUserData,
} from 'aws-cdk-lib/aws-ec2';
import {
  CapacityType,
  CfnNodegroup,
  type ICluster,
  Nodegroup,
  NodegroupAmiType,
  TaintEffect,
} from 'aws-cdk-lib/aws-eks-v2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { NodeGroupName, NodeGroup as NodeGroupSize } from '#catalog/index.ts';
import { POOL_LABEL } from '#catalog/names.ts';
import { EVICTION_MIB, KUBELET_RESERVED, PODS_PER_NODE } from '#catalog/nodes.ts';

/** Only what asks for the data pool lands there: brokers and databases must not be crowded out by anything else. */
const TAINTED: ReadonlySet<NodeGroupName> = new Set<NodeGroupName>(['data']);

/** Read by nodeadm, which sets up the kubelet of Amazon Linux 2023. */
const NODE_CONFIGURATION = `---
apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  kubelet:
    config:
      maxPods: ${PODS_PER_NODE}
      kubeReserved:
        cpu: ${KUBELET_RESERVED.cpuMillis}m
        memory: ${KUBELET_RESERVED.memoryMiB}Mi
      evictionHard:
        memory.available: ${EVICTION_MIB}Mi
        nodefs.available: 10%
        nodefs.inodesFree: 5%
`;

export interface NodeGroupProps {
  readonly name: NodeGroupName;
  readonly size: NodeGroupSize;
  readonly cluster: ICluster;
  readonly role: IRole;
  readonly key: IKey;
  /** Worn beside the cluster's own group. */
  readonly securityGroup: ISecurityGroup;
  /** Another size, and when it holds instead of the first. */
  readonly awake?: { readonly min: number; readonly desired: number; readonly when: CfnCondition };
}

/** A managed group of Graviton nodes, spread over the zones that the catalog gives it. */
export class NodeGroup extends Construct {
  readonly name: NodeGroupName;
  /** As EKS makes it up. */
  readonly nodegroupName: string;
  readonly nodegroupArn: string;

  constructor(scope: Construct, id: string, props: NodeGroupProps) {
    super(scope, id);
    const { name, size, cluster, role } = props;
    const template = this.#addTemplate(props);
    const group = new Nodegroup(this, 'Nodes', {
      cluster,
      nodeRole: role,
      // No name: a change of instance types replaces the group, and two of one name cannot stand side by side.
      amiType: NodegroupAmiType.AL2023_ARM_64_STANDARD,
      capacityType: CapacityType[size.capacity],
      instanceTypes: size.instanceTypes.map((type) => new InstanceType(type)),
      minSize: size.min,
      desiredSize: size.desired,
      maxSize: size.max,
      subnets: { subnets: cluster.vpc.privateSubnets.slice(0, size.zones) },
      labels: { [POOL_LABEL]: name },
      taints: TAINTED.has(name) ? [{ key: POOL_LABEL, value: name, effect: TaintEffect.NO_SCHEDULE }] : [],
      launchTemplateSpec: {
        id: template.launchTemplateId ?? '',
        version: template.latestVersionNumber,
      },
      // An update waits for disruption budgets instead of breaking them.
      forceUpdate: false,
      maxUnavailable: 1,
      enableNodeAutoRepair: true,
    });
    if (props.awake) this.#wake(group, size, props.awake);
    this.name = name;
    this.nodegroupName = group.nodegroupName;
    this.nodegroupArn = group.nodegroupArn;
  }

  #wake(group: Nodegroup, asleep: NodeGroupSize, awake: NonNullable<NodeGroupProps['awake']>): void {
    const resource = group.node.defaultChild;
    if (!(resource instanceof CfnNodegroup)) throw new Error(`${group.node.path} has no node group inside.`);
    const either = (ready: number, sleeping: number): IResolvable =>
      Token.asAny(Fn.conditionIf(awake.when.logicalId, ready, sleeping));
    resource.addPropertyOverride('ScalingConfig.MinSize', either(awake.min, asleep.min));
    resource.addPropertyOverride('ScalingConfig.DesiredSize', either(awake.desired, asleep.desired));
  }

  #addTemplate({ name, size, cluster, key, securityGroup }: NodeGroupProps): LaunchTemplate {
    const userData = new MultipartUserData();
    userData.addPart(MultipartBody.fromRawBody({ contentType: 'application/node.eks.aws', body: NODE_CONFIGURATION }));
    const template = new LaunchTemplate(this, 'Template', {
      userData,
      securityGroup: cluster.clusterSecurityGroup,
      httpTokens: LaunchTemplateHttpTokens.REQUIRED,
      // One hop: the node itself reaches its metadata, a pod behind the bridge does not and cannot borrow the node's role.
      httpPutResponseHopLimit: 1,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(size.diskGiB, {
            volumeType: EbsDeviceVolumeType.GP3,
            encrypted: true,
            kmsKey: key,
            deleteOnTermination: true,
          }),
        },
      ],
    });
    template.addSecurityGroup(securityGroup);
    Tags.of(template).add('Name', `${cluster.clusterName}-${name}`);
    return template;
  }
}
