import { SIDECAR } from '#catalog/mesh.ts';
import { POOL_LABEL } from '#catalog/names.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';
import type { Labels } from '../world/pods.ts';
import { type Capacity, NOTHING } from './model.ts';

/** Where pods go that choose no pool: the one that has no taint and takes what is ours. */
const DEFAULT_POOL = 'application';

/** The pool that the settings of a pod choose, by selector or by affinity. */
export function poolOf(settings: Node): string {
  const selected = settings.key('nodeSelector').key(POOL_LABEL).text;
  const affinity = settings
    .list('affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms')
    .flatMap((term) => term.list('matchExpressions'))
    .find((expression) => expression.key('key').text === POOL_LABEL);
  return selected ?? affinity?.list('values')[0]?.text ?? DEFAULT_POOL;
}

const HOST = 'kubernetes.io/hostname';

/** Whether the settings forbid that two of these pods share a node. */
export const keepsApart = (settings: Node): boolean =>
  settings
    .list('affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution')
    .some((term) => term.key('topologyKey').text === HOST);

/** What Istio adds to a pod. */
const PROXY: Capacity = { cpuMillis: SIDECAR.cpuMillis, memoryMiB: SIDECAR.memoryMiB };

const isInjected = (tree: Tree, namespace: string): boolean =>
  tree.find('Namespace', undefined, namespace)?.root.at('metadata.labels').key('istio-injection').text === 'enabled';

/** The sidecar that a pod gets: in namespaces that are injected, unless the pod says no or uses the node's network. */
export function sidecarOf(tree: Tree, pod: { readonly namespace: string; readonly labels: Labels }): Capacity {
  const refuses = pod.labels['sidecar.istio.io/inject'] === 'false';
  return isInjected(tree, pod.namespace) && !refuses ? PROXY : NOTHING;
}
