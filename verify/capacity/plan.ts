import { type Allocatable, leastOf } from './instances.ts';
import type { Demand, GroupShape, Range } from './model.ts';
import { type Packed, type Pod, pack } from './pack.ts';

const ZONES_OF_ENVIRONMENT = 3;

/** Room that is left on a node of a group once everything that runs on every node is there. */
export function roomOn({ types }: GroupShape, demands: readonly Demand[]): Allocatable | undefined {
  const node = leastOf(types);
  if (!node) return undefined;
  const everywhere = demands.filter(({ onEveryNode }) => onEveryNode);
  return everywhere.reduce(
    ({ cpuMillis, memoryMiB, pods }, demand) => ({
      cpuMillis: cpuMillis - demand.cpuMillis,
      memoryMiB: memoryMiB - demand.memoryMiB,
      pods: pods - 1,
    }),
    node,
  );
}

/** Pods of a pool one by one; those with volumes are dealt out to the zones in turn. */
function podsIn(group: GroupShape, demands: readonly Demand[], when: keyof Range): readonly Pod[] {
  const zonesOfGroup = Math.min(group.zones, ZONES_OF_ENVIRONMENT);
  return demands
    .filter(({ pool, onEveryNode }) => pool === group.name && !onEveryNode)
    .flatMap(({ origin, cpuMillis, memoryMiB, replicas, isZonal, keepsApart }) =>
      Array.from({ length: replicas[when] }, (_, index): Pod => {
        const pod = { origin, cpuMillis, memoryMiB, keepsApart };
        return isZonal ? { ...pod, zone: index % zonesOfGroup } : pod;
      }),
    );
}

const zonesOf = ({ zones }: GroupShape): readonly number[] => Array.from({ length: zones }, (_, zone) => zone);

/** What a group must run at the least and at the most replicas. Nothing for instance types that nobody knows. */
export function needsOf(group: GroupShape, demands: readonly Demand[], when: keyof Range): Packed | undefined {
  const room = roomOn(group, demands);
  return room && pack(podsIn(group, demands, when), room, zonesOf(group));
}

export interface ZoneLoss {
  readonly zone: number;
  readonly packed: Packed;
  /** Origins of which less than a majority is left, since the rest is held in the zone by volumes. */
  readonly withoutMajority: readonly string[];
  /** Origins whose only pod is held in the zone. */
  readonly away: readonly string[];
}

function majorities(pods: readonly Pod[], zone: number): Pick<ZoneLoss, 'withoutMajority' | 'away'> {
  const groups = [...Map.groupBy(pods, ({ origin }) => origin)];
  const left = groups.map(([origin, all]) => ({
    origin,
    all: all.length,
    left: all.filter((pod) => pod.zone !== zone).length,
  }));
  return {
    withoutMajority: left.filter((one) => one.all > 2 && one.left <= one.all / 2).map(({ origin }) => origin),
    away: left.filter((one) => one.left === 0).map(({ origin }) => origin),
  };
}

/** What is left of a group, at the least replicas, when each of its zones is lost, and what it needs to run that. */
export function zoneLossesOf(group: GroupShape, demands: readonly Demand[]): readonly ZoneLoss[] {
  const room = roomOn(group, demands);
  if (!room || group.zones < ZONES_OF_ENVIRONMENT) return [];
  const pods = podsIn(group, demands, 'base');
  return zonesOf(group).map((zone) => ({
    zone,
    packed: pack(
      pods.filter((pod) => pod.zone !== zone),
      room,
      zonesOf(group).filter((other) => other !== zone),
    ),
    ...majorities(pods, zone),
  }));
}

export interface NodeCount {
  /** What the pods' requests need at least. */
  readonly needed: Range;
  /** What will run: never below the group's size, never above its most. */
  readonly running: Range;
}

/** How many nodes of a group will run. */
export function nodeCount(group: GroupShape, demands: readonly Demand[]): NodeCount {
  const count = (when: keyof Range): number => needsOf(group, demands, when)?.nodes ?? 0;
  const needed = { base: count('base'), peak: count('peak') };
  const within = (nodes: number): number => Math.min(group.max, Math.max(group.desired, nodes));
  return { needed, running: { base: within(needed.base), peak: within(needed.peak) } };
}
