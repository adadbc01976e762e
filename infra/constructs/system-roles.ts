import type { ICluster } from 'aws-cdk-lib/aws-eks-v2';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { names, type SystemAccount, systemAccounts } from '#catalog/names.ts';
import { outboxes } from '#catalog/outbox.ts';
import { OBJECT_KEEPERS } from '#catalog/stores.ts';
import { balancerPermissions } from './balancer-permissions.ts';
import { dnsPermissions, imagePermissions, keeperPermissions } from './operator-permissions.ts';
import { PodRole, type PodRoleProps } from './pod-role.ts';
import { type PermissionProps, type SecretUse, secretStatements, secretsOf } from './service-permissions.ts';
import { autoscalerPermissions, volumePermissions } from './system-permissions.ts';

export interface SystemRolesProps extends PermissionProps {
  readonly cluster: ICluster;
  readonly volumeKey: IKey;
  /** Secrets that belong to no service and that the cluster needs all the same. */
  readonly extraSecrets: readonly SecretUse[];
  /** Of the environment's domain; unknown in the recovery region, because the zone is another region's stack's. */
  readonly zoneArn?: string;
}

const keepers = Object.keys(OBJECT_KEEPERS) as readonly (keyof typeof OBJECT_KEEPERS)[];

/** Roles of the cluster's own parts. An add-on brings its association along; the others get theirs here. */
export class SystemRoles extends Construct {
  readonly network: PodRole;
  readonly volumes: PodRole;

  constructor(scope: Construct, id: string, props: SystemRolesProps) {
    super(scope, id);
    const { environment, cluster } = props;
    this.network = this.#add('vpc-cni', props, {
      description: 'Gives pods addresses of the VPC',
      statements: [],
      // AWS widens it as the add-on learns; a copy of ours would break an upgrade.
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AmazonEKS_CNI_Policy')],
    });
    this.volumes = this.#add('ebs-csi-driver', props, {
      description: 'Makes and attaches the volumes of the cluster',
      statements: volumePermissions(this, props.volumeKey),
    });
    this.#add('cluster-autoscaler', props, {
      description: 'Changes the size of the node groups',
      statements: autoscalerPermissions(this, environment),
    }).associate(cluster.clusterName, systemAccounts['cluster-autoscaler']);
    this.#add('external-secrets', props, {
      description: 'Copies the secrets of the platform into the cluster',
      statements: secretStatements(this, everySecret(props), props.keys),
    }).associate(cluster.clusterName, systemAccounts['external-secrets']);
    this.#addOperators(props);
  }

  #addOperators(props: SystemRolesProps): void {
    const { environment, cluster, keys, zoneArn } = props;
    this.#add('external-dns', props, {
      description: 'Writes the names of gateways into the zone',
      statements: dnsPermissions(this, { environment, ...(zoneArn ? { zoneArn } : {}) }),
    }).associate(cluster.clusterName, systemAccounts['external-dns']);
    this.#add('load-balancer-controller', props, {
      description: 'Makes the load balancers of the gateways',
      statements: balancerPermissions(this, environment),
    }).associate(cluster.clusterName, systemAccounts['load-balancer-controller']);
    this.#add('kyverno', props, {
      description: 'Reads the signatures of images',
      statements: imagePermissions(this, props.catalog.services),
    }).associate(cluster.clusterName, systemAccounts.kyverno);
    for (const keeper of keepers)
      this.#add(keeper, props, {
        description: `Pods of ${keeper}`,
        statements: keeperPermissions(this, keeper, { environment, key: keys.storage }),
      }).associate(cluster.clusterName, systemAccounts[keeper]);
  }

  #add(name: SystemAccount, { environment }: SystemRolesProps, role: Omit<PodRoleProps, 'environment' | 'name'>) {
    return new PodRole(this, name, { environment, name, ...role });
  }
}

/** What the services read, each once, and what belongs to none of them. */
function everySecret(props: SystemRolesProps): readonly SecretUse[] {
  const relays = outboxes.map(({ store, relay }): SecretUse => {
    return { name: names.storeSecret(props.environment, store, relay), key: 'database' };
  });
  const all = [
    ...props.catalog.services.flatMap((service) => secretsOf(service, props)),
    ...relays,
    ...props.extraSecrets,
  ];
  return [...new Map(all.map((secret) => [secret.name, secret])).values()];
}
