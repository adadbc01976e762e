import { type Catalog, type EnvironmentName, environmentNamed, catalog as ours } from '#catalog/index.ts';
import { loadAssembly, type Stack, type StackResource } from '../assembly/load.ts';
import { demandsOf } from '../capacity/demand.ts';
import { effectOf } from '../effects/kinds.ts';
import { loadTree } from '../tree/load.ts';
import { clusterLines } from './cluster.ts';
import { type Costing, eventsPerMonth } from './costing.ts';
import { add, type CostLine, priced } from './line.ts';
import { type Place, placesOf } from './places.ts';
import { Prices } from './prices/price.ts';
import { readPriceFiles } from './prices/table.ts';
import {
  byAwsService,
  byOwner,
  type CostReport,
  merged,
  type PlaceCost,
  verdictOf,
  type WithoutSum,
} from './report.ts';
import { resourceRows } from './rows/index.ts';
import { apiCalls } from './rows/storage.ts';
import { standbyLines } from './standby.ts';

export interface CostOptions {
  /** The folder that `synth` wrote. */
  readonly root: string;
  readonly environments: readonly EnvironmentName[];
  /** The folder of price tables; without one nothing has a sum, and the report says so. */
  readonly prices?: string | undefined;
}

const MILLION = 1e6;

const counted = (reasons: readonly (readonly [what: string, why: string])[]): readonly WithoutSum[] => {
  const groups = Map.groupBy(reasons, ([what, why]) => `${what}\n${why}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ what: first[0], why: first[1], count: group.length }] : [];
  });
};

const allResources = ({ stacks }: Costing): readonly StackResource[] => stacks.flatMap(({ resources }) => resources);

function resourcesBy(costing: Costing, reason: 'free' | 'unpriced'): readonly WithoutSum[] {
  return counted(
    allResources(costing).flatMap(({ type }) => {
      const row = resourceRows[type];
      const why = row && reason in row ? Object.values(row)[0] : undefined;
      return typeof why === 'string' ? [[type, why] as const] : [];
    }),
  );
}

/** Types of AWS and kinds of Kubernetes that nobody decided about. */
export function undecided(costing: Costing): readonly WithoutSum[] {
  const types = allResources(costing).filter(({ type }) => !Object.hasOwn(resourceRows, type));
  const kinds = (costing.cluster?.tree.manifests ?? []).filter((manifest) => effectOf(manifest) === undefined);
  return counted([
    ...types.map(({ type }) => [type, 'add a row to verify/cost/rows'] as const),
    ...kinds.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, 'add a row to verify/effects/kinds.ts'] as const),
  ]);
}

function linesOf(place: Place, costing: Costing, catalog: Catalog): readonly CostLine[] {
  const { cluster } = costing;
  const resources = allResources(costing).flatMap((resource) => {
    const row = resourceRows[resource.type];
    return row && 'lines' in row ? row.lines(resource, costing) : [];
  });
  const inCluster = cluster ? [...clusterLines({ ...costing, cluster }, catalog), ...apiCalls(costing)] : [];
  return [...resources, ...inCluster, ...(place.kind === 'recovery' ? standbyLines(costing, place) : [])].map(priced);
}

function notesOf({ kind, region }: Place, prices: Prices): readonly string[] {
  return [
    ...(prices.region !== undefined && region !== prices.region
      ? [`Prices are those of ${prices.region}; nobody checked them for ${region}.`]
      : []),
    ...(kind === 'environment'
      ? ['Pods of installed charts take the room that their footprints in the catalog say.']
      : []),
    ...(kind === 'recovery' ? ['Outside the budget of its environment; what is asleep there costs nothing yet.'] : []),
  ];
}

export interface Means {
  readonly prices: Prices;
  readonly catalog: Catalog;
  readonly everywhere: readonly Stack[];
}

/** The cost of one place. Pure: everything that it needs is handed over. */
export function costOfPlace(place: Place, { prices, catalog, everywhere }: Means): PlaceCost {
  const { stacks, load, tree, environment } = place;
  const costing: Costing = {
    stacks,
    everywhere,
    load,
    prices,
    ...(tree && environment ? { cluster: { tree, environment, demands: demandsOf(tree, catalog) } } : {}),
  };
  const lines = linesOf(place, costing, catalog);
  const missing = counted(
    lines
      .filter(({ usd }) => usd === undefined)
      .map(({ awsService, what, price }) => [`${awsService}: ${what}`, price.source]),
  );
  const unknown = undecided(costing);
  const total = add(lines.flatMap(({ usd }) => usd ?? []));
  const budget = place.kind === 'environment' ? environment?.budget : undefined;
  const events = eventsPerMonth(costing);
  return {
    name: place.name,
    kind: place.kind,
    region: place.region,
    ...(budget ? { budget } : {}),
    verdict: verdictOf(budget, total, missing.length === 0 && unknown.length === 0),
    total,
    ...(budget
      ? {
          events: load.events,
          perMillionEvents: { base: (total.base / events.base) * MILLION, peak: (total.peak / events.peak) * MILLION },
        }
      : {}),
    byAwsService: byAwsService(lines),
    byOwner: byOwner(lines),
    lines: merged(lines),
    missing,
    undecided: unknown,
    unpriced: resourcesBy(costing, 'unpriced'),
    free: resourcesBy(costing, 'free'),
    notes: notesOf(place, prices),
  };
}

/**
 * What the synthesized output costs a month. Nothing is asked of a network.
 * @throws VerifyError when the output or the prices are not readable, UnknownName for an environment that does not exist.
 */
export async function cost({ root, environments, prices: folder }: CostOptions): Promise<CostReport> {
  const prices = new Prices(folder === undefined ? undefined : await readPriceFiles(folder));
  const stacks = await loadAssembly(root);
  const trees = [];
  for (const name of environments) trees.push((await loadTree(root, environmentNamed(ours, name))).tree);
  const places = placesOf(stacks, trees, ours).map((place) =>
    costOfPlace(place, { prices, catalog: ours, everywhere: stacks }),
  );
  return {
    places,
    ...(prices.region === undefined ? {} : { pricesRegion: prices.region }),
    sources: prices.sources,
    withinBudgets: places.every(({ verdict }) => verdict === 'within' || verdict === 'no budget'),
  };
}

export type { CostLine, Range } from './line.ts';
export { defaultPrices } from './prices/table.ts';
export { type CostReport, largest, type PlaceCost } from './report.ts';
