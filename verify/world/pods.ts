import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';
import { madeByOperators } from './made.ts';

export type Labels = Readonly<Record<string, string>>;

export interface PodPort {
  readonly name?: string;
  readonly number: number;
  readonly protocol: string;
}

/** Pods that will run: from a template in the tree, or made by an operator from its own kinds. */
export interface Pods {
  readonly namespace: string;
  readonly labels: Labels;
  readonly ports: readonly PodPort[];
  /** `Deployment gamemetrics/analytics-api`, `Kafka brokers of Strimzi`. */
  readonly origin: string;
  /** The service account that they run as, where it is known. */
  readonly account?: string;
  readonly annotations?: Labels;
}

/** Where each kind of workload keeps its pod template. */
const TEMPLATE_PATHS: Readonly<Record<string, string>> = {
  Deployment: 'spec.template',
  StatefulSet: 'spec.template',
  DaemonSet: 'spec.template',
  ReplicaSet: 'spec.template',
  Rollout: 'spec.template',
  Job: 'spec.template',
  CronJob: 'spec.jobTemplate.spec.template',
};

const WORKLOAD_GROUPS: ReadonlySet<string> = new Set(['', 'apps', 'batch', 'argoproj.io']);

/** The pod template of a workload, or the pod itself; nothing for other kinds. */
export function podTemplateOf({ kind, group, root }: Manifest): Node | undefined {
  if (!WORKLOAD_GROUPS.has(group)) return undefined;
  if (kind === 'Pod') return root;
  const path = TEMPLATE_PATHS[kind];
  const template = path === undefined ? undefined : root.at(path);
  return template?.exists ? template : undefined;
}

export const podSpecOf = (manifest: Manifest): Node | undefined => podTemplateOf(manifest)?.key('spec');

/** Containers of a pod, those that prepare it included. */
export const containersOf = (podSpec: Node): readonly Node[] => [
  ...podSpec.list('initContainers'),
  ...podSpec.list('containers'),
];

/** Containers that take requests: the ordinary ones, and sidecars among the initial ones. */
const serving = (podSpec: Node): readonly Node[] => [
  ...podSpec.list('initContainers').filter((container) => container.key('restartPolicy').text === 'Always'),
  ...podSpec.list('containers'),
];

export function portsOf(podSpec: Node): readonly PodPort[] {
  return serving(podSpec)
    .flatMap((container) => container.list('ports'))
    .map((port) => {
      const name = port.key('name').text;
      const number = port.key('containerPort').number ?? 0;
      return { ...(name === undefined ? {} : { name }), number, protocol: port.key('protocol').text ?? 'TCP' };
    });
}

function fromTree(tree: Tree): readonly Pods[] {
  return tree.manifests.flatMap((manifest): readonly Pods[] => {
    const template = podTemplateOf(manifest);
    if (!template) return [];
    return [
      {
        namespace: manifest.namespace ?? '',
        labels: template.at('metadata.labels').texts,
        ports: portsOf(template.key('spec')),
        account: template.at('spec.serviceAccountName').text ?? 'default',
        annotations: template.at('metadata.annotations').texts,
        origin: `${manifest.kind} ${manifest.namespace}/${manifest.name}`,
      },
    ];
  });
}

/** All pods that the tree leads to; pods of installed charts are not among them. */
export const podsOf = (tree: Tree): readonly Pods[] => tree.derive(allPods);
const allPods = (tree: Tree): readonly Pods[] => [...fromTree(tree), ...madeByOperators(tree).pods];
