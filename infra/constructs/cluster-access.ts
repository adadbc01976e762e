import { Stack } from 'aws-cdk-lib';
import { AccessEntry, AccessPolicy, AccessScopeType, type ICluster } from 'aws-cdk-lib/aws-eks-v2';
import { AccountPrincipal, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ClusterAccess as Access, Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';

export interface ClusterAccessProps {
  readonly environment: Environment;
  readonly cluster: ICluster;
}

/**
 * For each way in that the catalog grants: a role that people of the account may assume, and the access entry that says
 * what it may do in Kubernetes. The role itself may only ask where the cluster is. Whoever deploys has no access by that.
 */
export class ClusterAccess extends Construct {
  constructor(scope: Construct, id: string, { environment, cluster }: ClusterAccessProps) {
    super(scope, id);
    for (const access of environment.clusterAccess) this.#grant(environment, cluster, access);
  }

  #grant(environment: Environment, cluster: ICluster, { role, policy, namespaces }: Access): void {
    const stack = Stack.of(this);
    const principal = new Role(this, role, {
      roleName: names.accessRole(environment, role),
      description: `Kubernetes as ${role}: ${policy}`,
      assumedBy: new AccountPrincipal(stack.account),
      inlinePolicies: {
        FindCluster: new PolicyDocument({
          statements: [new PolicyStatement({ actions: ['eks:DescribeCluster'], resources: [cluster.clusterArn] })],
        }),
      },
    });
    new AccessEntry(this, `${role}-entry`, {
      cluster,
      principal: principal.roleArn,
      accessPolicies: [
        AccessPolicy.fromAccessPolicyName(
          policy,
          namespaces.length > 0
            ? { accessScopeType: AccessScopeType.NAMESPACE, namespaces: [...namespaces] }
            : { accessScopeType: AccessScopeType.CLUSTER },
        ),
      ],
    });
  }
}
