import type { Catalog } from '#catalog/index.ts';
import { volumeClaimsOf } from '../effects/volumes.ts';
import type { Manifest } from '../tree/manifest.ts';
import type { Tree } from '../tree/tree.ts';
import { isApplied, ownerOf } from '../world/components.ts';
import { podTemplateOf } from '../world/pods.ts';
import { addOnDemands } from './add-ons.ts';
import { footprintDemands } from './footprints.ts';
import { type Demand, type Range, sum } from './model.ts';
import { operatedPods } from './operated.ts';
import { keepsApart, poolOf, sidecarOf } from './placement.ts';
import { requestsOfPod } from './requests.ts';

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

/** Runs to its end: nothing of it is there at rest, and at most one at a time is. */
const PASSING: ReadonlySet<string> = new Set(['Job', 'CronJob']);

const countOf = (manifest: Manifest, tree: Tree): Range => {
  if (PASSING.has(manifest.kind)) return { base: 0, peak: 1 };
  return manifest.kind === 'DaemonSet' ? { base: 1, peak: 1 } : replicasOf(manifest, tree);
};

export const originOf = ({ kind, namespace, name }: Manifest): string => `${kind} ${namespace ?? ''}/${name}`;

function ofWorkload(manifest: Manifest, tree: Tree): readonly Omit<Demand, 'isZonal'>[] {
  const template = podTemplateOf(manifest);
  if (!template) return [];
  const pod = template.key('spec');
  const namespace = manifest.namespace ?? '';
  const labels = template.at('metadata.labels').texts;
  return [
    {
      owner: ownerOf(manifest),
      origin: originOf(manifest),
      namespace,
      labels,
      pool: poolOf(pod),
      replicas: countOf(manifest, tree),
      onEveryNode: manifest.kind === 'DaemonSet',
      keepsApart: keepsApart(pod),
      ...sum([requestsOfPod(pod), sidecarOf(tree, { namespace, labels })]),
    },
  ];
}

/** What the manifests themselves ask of the nodes. */
function writtenDemands(tree: Tree): readonly Demand[] {
  const applied = tree.manifests.filter(isApplied(tree));
  const holding = new Set(volumeClaimsOf(applied).map(({ origin }) => origin));
  return applied.flatMap((manifest) => {
    const isZonal = holding.has(originOf(manifest));
    return [...ofWorkload(manifest, tree), ...operatedPods(manifest, tree)].map((demand) => ({ ...demand, isZonal }));
  });
}

/** All that asks for room on the nodes: manifests, what operators make of them, operators themselves, AWS's add-ons. */
export function demandsOf(tree: Tree, catalog: Catalog): readonly Demand[] {
  const written = writtenDemands(tree);
  return [...written, ...footprintDemands(tree, catalog), ...addOnDemands(tree)];
}
