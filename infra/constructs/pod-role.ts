import { Stack } from 'aws-cdk-lib';
import { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks-v2';
import {
  type IManagedPolicy,
  PolicyDocument,
  type PolicyStatement,
  Role,
  ServicePrincipal,
  SessionTagsPrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';

/** A service account of the cluster, which charts create. */
export interface PodAccount {
  readonly namespace: string;
  readonly serviceAccount: string;
}

export interface PodRoleProps {
  readonly environment: Environment;
  /** Of the role, after the environment's prefix: a service or a system account. */
  readonly name: string;
  readonly description: string;
  readonly statements: readonly PolicyStatement[];
  readonly managedPolicies?: IManagedPolicy[];
}

/** A role that only EKS Pod Identity can assume, only for pods of this environment's cluster. */
export class PodRole extends Role {
  constructor(scope: Construct, id: string, props: PodRoleProps) {
    const { environment, name, description, statements, managedPolicies = [] } = props;
    const stack = Stack.of(scope);
    const cluster = stack.formatArn({ service: 'eks', resource: 'cluster', resourceName: names.cluster(environment) });
    super(scope, id, {
      roleName: names.serviceRole(environment, name),
      description,
      assumedBy: new SessionTagsPrincipal(
        new ServicePrincipal('pods.eks.amazonaws.com', {
          conditions: { StringEquals: { 'aws:SourceAccount': stack.account }, ArnEquals: { 'aws:SourceArn': cluster } },
        }),
      ),
      managedPolicies,
      ...(statements.length > 0
        ? { inlinePolicies: { Needs: new PolicyDocument({ statements: [...statements] }) } }
        : {}),
    });
  }

  /** Gives the role to the pods of a service account. */
  associate(clusterName: string, { namespace, serviceAccount }: PodAccount): CfnPodIdentityAssociation {
    return new CfnPodIdentityAssociation(this, 'Association', {
      clusterName,
      namespace,
      serviceAccount,
      roleArn: this.roleArn,
    });
  }
}
