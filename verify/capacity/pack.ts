import type { Allocatable } from './instances.ts';
import type { Capacity } from './model.ts';

export interface Pod extends Capacity {
  readonly origin: string;
  /** The zone that it cannot leave. */
  readonly zone?: number;
  /** No other pod of its origin may be on its node. */
  readonly keepsApart: boolean;
}

interface Node {
  readonly zone: number;
  cpuMillis: number;
  memoryMiB: number;
  pods: number;
  readonly origins: Set<string>;
}

export interface Packed {
  /** Pods of each node that is needed. */
  readonly nodes: number;
  /** Pods that no empty node of the group holds, or whose zone has none. */
  readonly unfit: readonly Pod[];
}

const fits = (pod: Pod, node: Node): boolean =>
  node.cpuMillis >= pod.cpuMillis &&
  node.memoryMiB >= pod.memoryMiB &&
  node.pods >= 1 &&
  (pod.zone === undefined || pod.zone === node.zone) &&
  !(pod.keepsApart && node.origins.has(pod.origin));

function place(pod: Pod, node: Node): void {
  node.cpuMillis -= pod.cpuMillis;
  node.memoryMiB -= pod.memoryMiB;
  node.pods -= 1;
  node.origins.add(pod.origin);
}

/** The part of a node that a pod fills most. */
const weight = (pod: Pod, node: Allocatable): number =>
  Math.max(pod.cpuMillis / node.cpuMillis, pod.memoryMiB / node.memoryMiB);

const emptiest = (zones: readonly number[], nodes: readonly Node[]): number | undefined =>
  zones.toSorted((left, right) => nodesIn(left, nodes) - nodesIn(right, nodes) || left - right)[0];

const nodesIn = (zone: number, nodes: readonly Node[]): number => nodes.filter((node) => node.zone === zone).length;

/**
 * Puts pods onto nodes: those that are held in a zone first, then the largest first, each on the first node that takes it. A
 * scheduler that spreads more needs no more nodes than the autoscaler gives it, because pods that wait get one.
 */
export function pack(pods: readonly Pod[], size: Allocatable, zones: readonly number[]): Packed {
  const nodes: Node[] = [];
  const unfit: Pod[] = [];
  const order = pods.toSorted(
    (left, right) =>
      Number(right.zone !== undefined) - Number(left.zone !== undefined) ||
      weight(right, size) - weight(left, size) ||
      left.origin.localeCompare(right.origin),
  );
  for (const pod of order) {
    const found = nodes.find((node) => fits(pod, node));
    const zone = pod.zone ?? emptiest(zones, nodes);
    const fresh =
      zone === undefined || !zones.includes(zone) ? undefined : { zone, ...size, origins: new Set<string>() };
    if (found) place(pod, found);
    else if (fresh && fits(pod, fresh)) {
      place(pod, fresh);
      nodes.push(fresh);
    } else unfit.push(pod);
  }
  return { nodes: nodes.length, unfit };
}
