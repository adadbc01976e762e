import type { Labels } from '../world/pods.ts';

/** At average load with the least replicas, and at peak load with the most. */
export interface Range {
  readonly base: number;
  readonly peak: number;
}

/** Room on a node, or what asks for it. */
export interface Capacity {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
}

export const NOTHING: Capacity = { cpuMillis: 0, memoryMiB: 0 };

export const sum = (parts: readonly Capacity[]): Capacity => ({
  cpuMillis: parts.reduce((total, { cpuMillis }) => total + cpuMillis, 0),
  memoryMiB: parts.reduce((total, { memoryMiB }) => total + memoryMiB, 0),
});

export const most = (parts: readonly Capacity[]): Capacity => ({
  cpuMillis: Math.max(0, ...parts.map(({ cpuMillis }) => cpuMillis)),
  memoryMiB: Math.max(0, ...parts.map(({ memoryMiB }) => memoryMiB)),
});

/** Pods of one kind that ask for room in one pool of nodes. */
export interface Demand extends Capacity {
  readonly owner: string;
  /** `Deployment gamemetrics/analytics-api`, `keda-operator of the operator keda`. */
  readonly origin: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly pool: string;
  readonly replicas: Range;
  /** One on every node, of whatever group; `replicas` is then one. */
  readonly onEveryNode: boolean;
  /** Their volumes hold each of them in the zone where the volume was made. */
  readonly isZonal: boolean;
  /** No two of them share a node. */
  readonly keepsApart: boolean;
}

/** A group of nodes, as its template has it. */
export interface GroupShape {
  readonly name: string;
  readonly types: readonly string[];
  readonly capacity: 'ON_DEMAND' | 'SPOT';
  readonly min: number;
  readonly desired: number;
  readonly max: number;
  /** In how many zones it has subnets. */
  readonly zones: number;
}
