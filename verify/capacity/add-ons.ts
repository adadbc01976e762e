import { Node } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';
import type { Capacity, Demand } from './model.ts';

/** Pods of an add-on of EKS: what they request by default, and where its configuration has their number. */
interface AddOnPods extends Capacity {
  readonly addOn: string;
  readonly pods: string;
  readonly replicas?: { readonly path: string; readonly byDefault: number };
}

/** Requests: `aws eks describe-addon-configuration` and the manifests of the add-ons' own projects. */
const ADD_ON_PODS: readonly AddOnPods[] = [
  { addOn: 'vpc-cni', pods: 'aws-node with its policy agent', cpuMillis: 50, memoryMiB: 0 },
  { addOn: 'kube-proxy', pods: 'kube-proxy', cpuMillis: 100, memoryMiB: 0 },
  { addOn: 'eks-pod-identity-agent', pods: 'eks-pod-identity-agent', cpuMillis: 0, memoryMiB: 0 },
  { addOn: 'aws-ebs-csi-driver', pods: 'ebs-csi-node', cpuMillis: 30, memoryMiB: 120 },
  {
    addOn: 'aws-ebs-csi-driver',
    pods: 'ebs-csi-controller',
    cpuMillis: 60,
    memoryMiB: 240,
    replicas: { path: 'controller.replicaCount', byDefault: 2 },
  },
  {
    addOn: 'coredns',
    pods: 'coredns',
    cpuMillis: 100,
    memoryMiB: 70,
    replicas: { path: 'replicaCount', byDefault: 2 },
  },
];

function configurationOf(text: string | undefined): Node {
  try {
    return new Node(text === undefined ? {} : JSON.parse(text));
  } catch {
    // Not JSON before deployment: the defaults count.
    return new Node({});
  }
}

/** The add-ons that the templates have, as pods; those that no configuration places are on every node. */
export function addOnDemands(tree: Tree): readonly Demand[] {
  const installed = new Map(
    tree
      .resources('AWS::EKS::Addon')
      .map(({ properties }) => [properties.key('AddonName').text ?? '', properties.key('ConfigurationValues').text]),
  );
  return ADD_ON_PODS.filter(({ addOn }) => installed.has(addOn)).map(({ addOn, pods, replicas, ...size }) => {
    const configured = replicas ? configurationOf(installed.get(addOn)).at(replicas.path).number : 1;
    const count = configured ?? replicas?.byDefault ?? 1;
    return {
      owner: 'platform',
      origin: `${pods} of the add-on ${addOn}`,
      namespace: 'kube-system',
      labels: {},
      pool: replicas ? 'system' : 'every',
      replicas: { base: count, peak: count },
      onEveryNode: replicas === undefined,
      isZonal: false,
      keepsApart: false,
      ...size,
    };
  });
}
