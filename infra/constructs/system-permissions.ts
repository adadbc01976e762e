import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';

/** Every volume and snapshot that the EBS CSI driver makes carries it. */
const CSI_TAG = 'ebs.csi.aws.com/cluster';
const DRIVER_MADE = { [`aws:ResourceTag/${CSI_TAG}`]: 'true' } as const;

interface Scope {
  readonly stack: Stack;
  readonly ec2: (resource: string) => string;
}

const scopeOf = (construct: Construct): Scope => {
  const stack = Stack.of(construct);
  return { stack, ec2: (resource) => stack.formatArn({ service: 'ec2', resource, resourceName: '*' }) };
};

const allow = (actions: string[], resources: string[], conditions?: Record<string, unknown>): PolicyStatement =>
  new PolicyStatement({ actions, resources, ...(conditions ? { conditions } : {}) });

/** Makes, attaches, grows and deletes volumes: those that it made itself, encrypted under the cluster's key. */
export function volumePermissions(construct: Construct, key: IKey): PolicyStatement[] {
  const { stack, ec2 } = scopeOf(construct);
  const snapshots = stack.formatArn({ service: 'ec2', account: '', resource: 'snapshot', resourceName: '*' });
  const viaEc2 = { 'kms:ViaService': `ec2.${stack.region}.amazonaws.com` };
  return [
    // EC2 gives these no resource to name (Service Authorization Reference, EC2).
    allow(
      [
        'ec2:DescribeAvailabilityZones',
        'ec2:DescribeInstances',
        'ec2:DescribeSnapshots',
        'ec2:DescribeTags',
        'ec2:DescribeVolumes',
        'ec2:DescribeVolumesModifications',
        'ec2:DescribeVolumeStatus',
      ],
      ['*'],
    ),
    allow(['ec2:CreateVolume'], [ec2('volume')], { StringEquals: { [`aws:RequestTag/${CSI_TAG}`]: 'true' } }),
    allow(['ec2:CreateVolume'], [snapshots]),
    allow(['ec2:AttachVolume', 'ec2:DetachVolume'], [ec2('instance')]),
    allow(
      ['ec2:AttachVolume', 'ec2:DetachVolume', 'ec2:ModifyVolume', 'ec2:DeleteVolume', 'ec2:CreateSnapshot'],
      [ec2('volume')],
      { StringEquals: DRIVER_MADE },
    ),
    allow(['ec2:CreateSnapshot'], [snapshots], { StringEquals: { [`aws:RequestTag/${CSI_TAG}`]: 'true' } }),
    allow(['ec2:DeleteSnapshot'], [snapshots], { StringEquals: DRIVER_MADE }),
    allow(['ec2:CreateTags'], [ec2('volume'), snapshots], {
      StringEquals: { 'ec2:CreateAction': ['CreateVolume', 'CreateSnapshot'] },
    }),
    allow(['kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:DescribeKey'], [key.keyArn], {
      StringEquals: viaEc2,
    }),
    allow(['kms:CreateGrant'], [key.keyArn], {
      StringEquals: viaEc2,
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    }),
  ];
}

/** Sees every node group and changes the size of this cluster's alone. */
export function autoscalerPermissions(construct: Construct, environment: Environment): PolicyStatement[] {
  const { stack } = scopeOf(construct);
  const cluster = names.cluster(environment);
  // EKS names the groups that it makes `eks-…` and tags them for the autoscaler.
  const groups = `arn:${stack.partition}:autoscaling:${stack.region}:${stack.account}:autoScalingGroup:*:autoScalingGroupName/eks-*`;
  return [
    allow(
      [
        'autoscaling:DescribeAutoScalingGroups',
        'autoscaling:DescribeAutoScalingInstances',
        'autoscaling:DescribeLaunchConfigurations',
        'autoscaling:DescribeScalingActivities',
        'autoscaling:DescribeTags',
        'ec2:DescribeImages',
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeLaunchTemplateVersions',
        'ec2:GetInstanceTypesFromInstanceRequirements',
      ],
      ['*'],
    ),
    allow(
      ['eks:DescribeNodegroup'],
      [stack.formatArn({ service: 'eks', resource: 'nodegroup', resourceName: `${cluster}/*/*` })],
    ),
    allow(['autoscaling:SetDesiredCapacity', 'autoscaling:TerminateInstanceInAutoScalingGroup'], [groups], {
      StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${cluster}`]: 'owned' },
    }),
  ];
}
