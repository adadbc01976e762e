import { footprintsIn, replicasOf, requestsOf } from '#catalog/footprints.ts';
import type { Catalog, Footprint, FootprintPod } from '#catalog/index.ts';
import type { Tree } from '../tree/tree.ts';
import { podsOf } from '../world/pods.ts';
import type { Demand } from './model.ts';
import { sum } from './model.ts';
import { sidecarOf } from './placement.ts';

const isPartOf = (part: Readonly<Record<string, string>>, whole: Readonly<Record<string, string>>): boolean =>
  Object.entries(part).every(([key, value]) => whole[key] === value);

/** Whether the tree has these pods itself, or an operator makes them of its objects: then their objects have their size. */
const isInTree = (tree: Tree, { namespace }: Footprint, { labels }: FootprintPod): boolean =>
  podsOf(tree).some((pods) => pods.namespace === namespace && isPartOf(labels, pods.labels));

const eachPod = (tree: Tree, catalog: Catalog) =>
  footprintsIn(catalog, tree.environment).flatMap((footprint) => footprint.pods.map((pod) => ({ footprint, pod })));

function toDemand(tree: Tree, footprint: Footprint, pod: FootprintPod): readonly Demand[] {
  const size = requestsOf(pod, tree.environment);
  if (!size || isInTree(tree, footprint, pod)) return [];
  const { namespace, name } = footprint;
  const count = replicasOf(pod, tree.environment);
  const onEveryNode = count === 'every node';
  const number = onEveryNode ? 1 : count;
  return [
    {
      owner: name,
      origin: `${pod.party} of ${name}`,
      namespace,
      labels: pod.labels,
      pool: pod.pool,
      replicas: { base: number, peak: number },
      onEveryNode,
      isZonal: false,
      keepsApart: false,
      ...sum([size, sidecarOf(tree, { namespace, labels: pod.labels })]),
    },
  ];
}

/** Pods of charts that are not rendered here, by the footprints that their values are made from. */
export const footprintDemands = (tree: Tree, catalog: Catalog): readonly Demand[] =>
  eachPod(tree, catalog).flatMap(({ footprint, pod }) => toDemand(tree, footprint, pod));

/** Pods of footprints whose size nobody says: neither the footprint nor an object of the tree. */
export const unsizedPods = (tree: Tree, catalog: Catalog): readonly string[] =>
  eachPod(tree, catalog)
    .filter(({ footprint, pod }) => !requestsOf(pod, tree.environment) && !isInTree(tree, footprint, pod))
    .map(({ footprint, pod }) => `${pod.party} of ${footprint.name}`);
