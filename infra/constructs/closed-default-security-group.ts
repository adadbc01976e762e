import { Stack } from 'aws-cdk-lib';
import type { Vpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnAssociation } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';

/** AWS's own runbook for it (Systems Manager Automation Runbook Reference). */
const RUNBOOK = 'AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules';

/**
 * Takes every rule out of the default security group of a VPC, and again each day should somebody add one. AWS makes the
 * group with the VPC, and CloudFormation cannot remove its rules; a State Manager association that runs AWS's runbook
 * can, without a Lambda function of ours.
 */
export class ClosedDefaultSecurityGroup extends Construct {
  constructor(scope: Construct, id: string, vpc: Vpc) {
    super(scope, id);
    const role = this.#roleFor(vpc);
    new CfnAssociation(this, 'Association', {
      name: RUNBOOK,
      associationName: `${Stack.of(this).stackName}-close-default-group`,
      scheduleExpression: 'rate(1 day)',
      parameters: { GroupId: [vpc.vpcDefaultSecurityGroup], AutomationAssumeRole: [role.roleArn] },
    });
  }

  #roleFor(vpc: Vpc): Role {
    const stack = Stack.of(this);
    const arn = (service: string, resource: string, resourceName: string): string =>
      stack.formatArn({ service, resource, resourceName });
    return new Role(this, 'Role', {
      description: 'Removes the rules of the default security group',
      assumedBy: new ServicePrincipal('ssm.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
      inlinePolicies: {
        CloseDefaultGroup: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['ec2:RevokeSecurityGroupIngress', 'ec2:RevokeSecurityGroupEgress'],
              resources: [arn('ec2', 'security-group', vpc.vpcDefaultSecurityGroup)],
            }),
            new PolicyStatement({ actions: ['ec2:DescribeSecurityGroups'], resources: ['*'] }),
            new PolicyStatement({
              actions: ['ssm:StartAutomationExecution'],
              resources: [arn('ssm', 'automation-definition', `${RUNBOOK}:*`)],
            }),
            new PolicyStatement({
              actions: ['ssm:GetAutomationExecution'],
              resources: [arn('ssm', 'automation-execution', '*')],
            }),
          ],
        }),
      },
    });
  }
}
