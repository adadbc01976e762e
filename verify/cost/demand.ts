import { POOL_LABEL } from '#catalog/names.ts';
import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';
import { isApplied, ownerOf } from '../world/components.ts';
import { podSpecOf } from '../world/pods.ts';
import { cpuMillisOf, mebibytesOf } from '../world/quantity.ts';
import type { Capacity } from './instances.ts';
import type { Range } from './line.ts';

/** Pods of one owner that ask for room in one node pool. */
export interface Demand extends Capacity {
  readonly owner: string;
  readonly pool: string;
  readonly replicas: Range;
}

/** Where pods go that choose no pool: the one that has no taint and takes what is ours. */
const DEFAULT_POOL = 'application';

const requestsOf = (resources: Node): Capacity => ({
  cpuMillis: cpuMillisOf(resources.at('requests.cpu')),
  memoryMiB: mebibytesOf(resources.at('requests.memory')),
});

const sum = (parts: readonly Capacity[]): Capacity => ({
  cpuMillis: parts.reduce((total, { cpuMillis }) => total + cpuMillis, 0),
  memoryMiB: parts.reduce((total, { memoryMiB }) => total + memoryMiB, 0),
});

function poolOf(settings: Node): string {
  const selected = settings.key('nodeSelector').key(POOL_LABEL).text;
  const affinity = settings
    .list('affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms')
    .flatMap((term) => term.list('matchExpressions'))
    .find((expression) => expression.key('key').text === POOL_LABEL);
  return selected ?? affinity?.list('values')[0]?.text ?? DEFAULT_POOL;
}

/** How many replicas an autoscaler gives a workload, or its own number. */
function replicasOf(manifest: Manifest, tree: Tree): Range {
  const targets = ({ root }: Manifest): boolean =>
    root.at('spec.scaleTargetRef.name').text === manifest.name &&
    (root.at('spec.scaleTargetRef.kind').text ?? 'Deployment') === manifest.kind;
  const autoscaler = tree.ofKind('HorizontalPodAutoscaler').find(targets);
  const scaledObject = tree.ofKind('ScaledObject').find(targets);
  const own = manifest.root.at('spec.replicas').number ?? 1;
  const min = autoscaler?.root.at('spec.minReplicas').number ?? scaledObject?.root.at('spec.minReplicaCount').number;
  const max = autoscaler?.root.at('spec.maxReplicas').number ?? scaledObject?.root.at('spec.maxReplicaCount').number;
  return { base: min ?? own, peak: max ?? own };
}

const SCALABLE: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'Rollout']);

function ofWorkload(manifest: Manifest, tree: Tree): readonly Demand[] {
  const pod = podSpecOf(manifest);
  if (!pod || !SCALABLE.has(manifest.kind)) return [];
  const requests = sum(pod.list('containers').map((container) => requestsOf(container.key('resources'))));
  return [{ owner: ownerOf(manifest), pool: poolOf(pod), replicas: replicasOf(manifest, tree), ...requests }];
}

/** Kinds whose operators make pods: where requests, replicas and the pool stand. */
const OPERATED: Readonly<Record<string, { readonly replicas: string; readonly settings: string }>> = {
  'kafka.strimzi.io KafkaNodePool': { replicas: 'spec.replicas', settings: 'spec.template.pod' },
  'kafka.strimzi.io KafkaConnect': { replicas: 'spec.replicas', settings: 'spec.template.pod' },
  'kafka.strimzi.io KafkaMirrorMaker2': { replicas: 'spec.replicas', settings: 'spec.template.pod' },
  'postgresql.cnpg.io Cluster': { replicas: 'spec.instances', settings: 'spec.affinity' },
};

function ofOperated(manifest: Manifest): readonly Demand[] {
  const row = OPERATED[`${manifest.group} ${manifest.kind}`];
  if (!row) return [];
  const replicas = manifest.root.at(row.replicas).number ?? 1;
  return [
    {
      owner: ownerOf(manifest),
      pool: poolOf(manifest.root.at(row.settings)),
      replicas: { base: replicas, peak: replicas },
      ...requestsOf(manifest.root.at('spec.resources')),
    },
  ];
}

/** What the manifests ask of the nodes; pods of installed charts are not among them. */
export const demandsOf = (tree: Tree): readonly Demand[] =>
  tree.manifests
    .filter(isApplied(tree))
    .flatMap((manifest) => [...ofWorkload(manifest, tree), ...ofOperated(manifest)]);

/** All that a pool must hold. */
export function totalOf(demands: readonly Demand[], when: keyof Range): Capacity {
  return sum(
    demands.map(({ cpuMillis, memoryMiB, replicas }) => ({
      cpuMillis: cpuMillis * replicas[when],
      memoryMiB: memoryMiB * replicas[when],
    })),
  );
}

/** Each owner's part of a pool at base: the mean of its parts of the processors and of the memory. */
export function sharesOf(demands: readonly Demand[]): Readonly<Record<string, number>> {
  const total = totalOf(demands, 'base');
  const byOwner = Map.groupBy(demands, ({ owner }) => owner);
  const shares = [...byOwner].map(([owner, own]) => {
    const part = totalOf(own, 'base');
    const cpu = total.cpuMillis > 0 ? part.cpuMillis / total.cpuMillis : 0;
    const memory = total.memoryMiB > 0 ? part.memoryMiB / total.memoryMiB : 0;
    return [owner, (cpu + memory) / 2] as const;
  });
  return Object.fromEntries(shares.filter(([, share]) => share > 0));
}
