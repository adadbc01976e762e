import type { Load } from '#catalog/cost.ts';
import type { Environment } from '#catalog/index.ts';
import type { Stack, StackResource } from '../assembly/load.ts';
import type { Demand } from '../capacity/model.ts';
import type { Tree } from '../tree/tree.ts';
import type { LineItem, Range } from './line.ts';
import type { Prices } from './prices/price.ts';

/** The manifests of a cluster, and what they and all that is installed ask of its nodes. */
export interface ClusterPlace {
  readonly tree: Tree;
  readonly environment: Environment;
  readonly demands: readonly Demand[];
}

/** What a row may look at: one place of one account and region, what runs through it, and prices. */
export interface Costing {
  /** Stacks of the place. */
  readonly stacks: readonly Stack[];
  /** Stacks of all places, for what is copied from one to another. */
  readonly everywhere: readonly Stack[];
  readonly prices: Prices;
  readonly load: Load;
  /** The cluster of the place; the shared account has none. */
  readonly cluster?: ClusterPlace;
}

/** What a resource of CloudFormation, or an object of Kubernetes, costs: lines, or nothing and why. */
export type Decision<Subject> =
  | { readonly free: string }
  | { readonly unpriced: string }
  | { readonly lines: (subject: Subject, costing: Costing) => readonly LineItem[] };

export type Decisions<Subject> = Readonly<Record<string, Decision<Subject>>>;

export const resourcesOfType = ({ stacks }: Costing, type: string): readonly StackResource[] =>
  stacks.flatMap(({ resources }) => resources.filter((resource) => resource.type === type));

const SECONDS_PER_HOUR = 3_600;
const HOURS_PER_DAY = 24;

export const daysPerMonth = ({ prices }: Costing): number => prices.hoursPerMonth / HOURS_PER_DAY;

/** Events of a month. */
export function eventsPerMonth({ load, prices }: Costing): Range {
  const seconds = prices.hoursPerMonth * SECONDS_PER_HOUR;
  return { base: load.events.average * seconds, peak: load.events.peak * seconds };
}

const BYTES_PER_GIGABYTE = 1e9;

/** GB of a month, at so many bytes an event. */
export function gigabytesPerMonth(costing: Costing, bytesPerEvent: number): Range {
  const { base, peak } = eventsPerMonth(costing);
  return { base: (base * bytesPerEvent) / BYTES_PER_GIGABYTE, peak: (peak * bytesPerEvent) / BYTES_PER_GIGABYTE };
}
