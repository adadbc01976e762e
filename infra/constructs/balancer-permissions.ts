import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';

/** The AWS Load Balancer Controller marks everything that it makes with the cluster's name. */
const CLUSTER_TAG = 'elbv2.k8s.aws/cluster';

/** Actions that look, and for which IAM takes no resource or the controller knows none yet. */
const LOOK = [
  'acm:ListCertificates',
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeInstances',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeTags',
  'ec2:DescribeVpcs',
  'elasticloadbalancing:DescribeListenerAttributes',
  'elasticloadbalancing:DescribeListenerCertificates',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeLoadBalancerAttributes',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeRules',
  'elasticloadbalancing:DescribeTags',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
];

const MAKE = [
  'elasticloadbalancing:CreateListener',
  'elasticloadbalancing:CreateLoadBalancer',
  'elasticloadbalancing:CreateRule',
  'elasticloadbalancing:CreateTargetGroup',
];

const CHANGE = [
  'elasticloadbalancing:AddListenerCertificates',
  'elasticloadbalancing:AddTags',
  'elasticloadbalancing:DeleteListener',
  'elasticloadbalancing:DeleteLoadBalancer',
  'elasticloadbalancing:DeleteRule',
  'elasticloadbalancing:DeleteTargetGroup',
  'elasticloadbalancing:DeregisterTargets',
  'elasticloadbalancing:ModifyListener',
  'elasticloadbalancing:ModifyListenerAttributes',
  'elasticloadbalancing:ModifyLoadBalancerAttributes',
  'elasticloadbalancing:ModifyRule',
  'elasticloadbalancing:ModifyTargetGroup',
  'elasticloadbalancing:ModifyTargetGroupAttributes',
  'elasticloadbalancing:RegisterTargets',
  'elasticloadbalancing:RemoveListenerCertificates',
  'elasticloadbalancing:RemoveTags',
  'elasticloadbalancing:SetSecurityGroups',
  'elasticloadbalancing:SetSubnets',
];

const allow = (
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Record<string, unknown>,
): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions ? { conditions } : {}) });

/** Makes load balancers for this cluster, and touches none that it did not make (controller's installation guide). */
export function balancerPermissions(construct: Construct, environment: Environment): PolicyStatement[] {
  const stack = Stack.of(construct);
  const cluster = names.cluster(environment);
  const arn = (service: string, resource: string): string => stack.formatArn({ service, resource, resourceName: '*' });
  const balancing = ['loadbalancer', 'targetgroup', 'listener', 'listener-rule'].map((resource) =>
    arn('elasticloadbalancing', resource),
  );
  const made = { StringEquals: { [`aws:ResourceTag/${CLUSTER_TAG}`]: cluster } };
  const marked = { StringEquals: { [`aws:RequestTag/${CLUSTER_TAG}`]: cluster } };
  const group = arn('ec2', 'security-group');
  return [
    allow(LOOK, ['*']),
    allow(['acm:DescribeCertificate'], [arn('acm', 'certificate')]),
    allow(MAKE, balancing, marked),
    allow(CHANGE, balancing, made),
    // Tags at birth: the resource has none yet that a condition could look at.
    allow(['elasticloadbalancing:AddTags'], balancing, {
      StringEquals: {
        ...marked.StringEquals,
        'elasticloadbalancing:CreateAction': [
          'CreateListener',
          'CreateLoadBalancer',
          'CreateRule',
          'CreateTargetGroup',
        ],
      },
    }),
    allow(['ec2:CreateSecurityGroup'], [group], marked),
    allow(['ec2:CreateSecurityGroup', 'ec2:GetSecurityGroupsForVpc'], [arn('ec2', 'vpc')]),
    allow(['ec2:CreateTags'], [group], { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' } }),
    allow(
      ['ec2:AuthorizeSecurityGroupIngress', 'ec2:DeleteSecurityGroup', 'ec2:RevokeSecurityGroupIngress'],
      [group],
      made,
    ),
    ...firewall(stack, environment),
  ];
}

/** Puts this environment's firewall, and no other, before a load balancer. */
function firewall(stack: Stack, environment: Environment): PolicyStatement[] {
  const acl = stack.formatArn({
    service: 'wafv2',
    resource: 'regional/webacl',
    resourceName: `${names.webAcl(environment)}/*`,
  });
  const balancers = stack.formatArn({
    service: 'elasticloadbalancing',
    resource: 'loadbalancer/app',
    resourceName: '*',
  });
  return [
    allow(['wafv2:AssociateWebACL', 'wafv2:DisassociateWebACL', 'wafv2:GetWebACLForResource'], [acl, balancers]),
    allow(['wafv2:GetWebACL'], [acl]),
    allow(['elasticloadbalancing:SetWebACL'], [balancers]),
    allow(['wafv2:ListWebACLs'], ['*']),
  ];
}
