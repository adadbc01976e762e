import { EVICTION_MIB, KUBELET_RESERVED, PODS_PER_NODE } from '#catalog/nodes.ts';
import type { Capacity } from './model.ts';

/** vCPUs by size; GiB a vCPU by family (AWS EC2, «Instance types»: general, compute and memory optimized). */
const VCPUS: Readonly<Record<string, number>> = {
  nano: 2,
  micro: 2,
  small: 2,
  medium: 2,
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
};
/** Families other than those of t have one vCPU in their medium size. */
const SINGLE: ReadonlySet<string> = new Set(['medium']);
const GIB_PER_VCPU: Readonly<Record<string, number>> = { t: 4, m: 4, c: 2, r: 8 };
/** Burstable sizes below large halve the memory with each step; their vCPUs stay two. */
const SMALL_GIB: Readonly<Record<string, number>> = { nano: 0.5, micro: 1, small: 2, medium: 4 };

const MILLIS = 1_000;
const MIB_PER_GIB = 1_024;

/** What an instance type has; nothing for a type whose family or size is not in the tables. */
export function capacityOf(type: string): Capacity | undefined {
  const [family = '', size = ''] = type.split('.');
  const isBurstable = family.startsWith('t');
  const vCpus = !isBurstable && SINGLE.has(size) ? 1 : VCPUS[size];
  const small = isBurstable ? SMALL_GIB[size] : undefined;
  const gib = small ?? (vCpus ?? 0) * (GIB_PER_VCPU[family.charAt(0)] ?? 0);
  return vCpus === undefined || gib === 0 ? undefined : { cpuMillis: vCpus * MILLIS, memoryMiB: gib * MIB_PER_GIB };
}

/** The kernel and firmware of an instance, as a share of its memory: what nodes report is about that much below the list. */
const SYSTEM_SHARE = 0.03;

/** Room for pods on one node. */
export interface Allocatable extends Capacity {
  readonly pods: number;
}

/** What pods may request of an instance of this type after the node's own share. */
export function allocatableOf(type: string): Allocatable | undefined {
  const capacity = capacityOf(type);
  if (!capacity) return undefined;
  return {
    cpuMillis: capacity.cpuMillis - KUBELET_RESERVED.cpuMillis,
    memoryMiB: capacity.memoryMiB * (1 - SYSTEM_SHARE) - KUBELET_RESERVED.memoryMiB - EVICTION_MIB,
    pods: PODS_PER_NODE,
  };
}

/** The least that a node of a group has: EKS may give it any of its types. Nothing when one is unknown. */
export function leastOf(types: readonly string[]): Allocatable | undefined {
  const all = types.map(allocatableOf);
  const known = all.flatMap((one) => one ?? []);
  if (known.length < all.length || known.length === 0) return undefined;
  const least = (pick: (one: Allocatable) => number): number => Math.min(...known.map(pick));
  return {
    cpuMillis: least(({ cpuMillis }) => cpuMillis),
    memoryMiB: least(({ memoryMiB }) => memoryMiB),
    pods: least(({ pods }) => pods),
  };
}
