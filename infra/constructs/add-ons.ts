import { CfnAddon } from 'aws-cdk-lib/aws-eks-v2';
import { Construct, type IDependable } from 'constructs';
import { EKS_ADD_ONS } from '#catalog/environments/index.ts';
import { POOL_LABEL, systemAccounts } from '#catalog/names.ts';
import type { PodRole } from './pod-role.ts';

type AddOnName = keyof typeof EKS_ADD_ONS;

export interface AddOnsProps {
  readonly clusterName: string;
  readonly roles: { readonly network: PodRole; readonly volumes: PodRole };
  /** For volumes, which the driver makes outside of CloudFormation. */
  readonly volumeTags: Readonly<Record<string, string>>;
}

interface AddOn {
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly identity?: { readonly role: PodRole; readonly serviceAccount: string };
}

const onSystemNodes = { nodeSelector: { [POOL_LABEL]: 'system' } } as const;

/**
 * The add-ons that EKS manages, at the versions of the catalog. Those of the first round are DaemonSets that a node needs
 * to become ready; those of the second are pods that need a ready node, so they wait for the node groups.
 */
export class AddOns extends Construct {
  readonly #props: AddOnsProps;
  readonly forNodes: readonly CfnAddon[];

  constructor(scope: Construct, id: string, props: AddOnsProps) {
    super(scope, id);
    this.#props = props;
    const agent = this.#add('eks-pod-identity-agent', {});
    const proxy = this.#add('kube-proxy', {});
    const network = this.#add('vpc-cni', {
      identity: { role: props.roles.network, serviceAccount: systemAccounts['vpc-cni'].serviceAccount },
      // Prefix delegation: sixteen addresses at a time, or small nodes run out of addresses before they run out of memory.
      configuration: {
        enableNetworkPolicy: 'true',
        env: { ENABLE_PREFIX_DELEGATION: 'true', WARM_PREFIX_TARGET: '1' },
      },
    });
    network.node.addDependency(agent);
    this.forNodes = [agent, proxy, network];
  }

  /** Adds what runs on nodes, after the node groups. */
  addWorkloads(nodes: readonly IDependable[]): void {
    const { roles, volumeTags } = this.#props;
    const workloads = [
      this.#add('coredns', { configuration: { ...onSystemNodes, replicaCount: 2 } }),
      this.#add('aws-ebs-csi-driver', {
        identity: { role: roles.volumes, serviceAccount: systemAccounts['ebs-csi-driver'].serviceAccount },
        configuration: { controller: { ...onSystemNodes, extraVolumeTags: volumeTags } },
      }),
    ];
    for (const workload of workloads) workload.node.addDependency(...nodes);
  }

  #add(name: AddOnName, { configuration, identity }: AddOn): CfnAddon {
    return new CfnAddon(this, name, {
      clusterName: this.#props.clusterName,
      addonName: name,
      addonVersion: EKS_ADD_ONS[name],
      resolveConflicts: 'OVERWRITE',
      ...(configuration ? { configurationValues: JSON.stringify(configuration) } : {}),
      ...(identity
        ? { podIdentityAssociations: [{ roleArn: identity.role.roleArn, serviceAccount: identity.serviceAccount }] }
        : {}),
    });
  }
}
