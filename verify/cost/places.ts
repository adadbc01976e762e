import { LOADS, type Load } from '#catalog/cost.ts';
import type { Catalog, Environment } from '#catalog/index.ts';
import { PLATFORM } from '#catalog/names.ts';
import { switchedOn } from '../assembly/conditions.ts';
import { type Stack, wakened } from '../assembly/load.ts';
import type { Tree } from '../tree/tree.ts';
import type { PlaceKind } from './report.ts';

/** One account and region that is paid for. */
export interface Place {
  readonly name: string;
  readonly kind: PlaceKind;
  readonly region: string;
  readonly stacks: readonly Stack[];
  readonly load: Load;
  readonly environment?: Environment;
  readonly tree?: Tree;
}

/** The shared account serves no events of its own. */
const NO_LOAD: Load = {
  events: { average: 0, peak: 0 },
  natGigabytes: { average: 0, peak: 0 },
  logGigabytes: { 'control plane': 0, database: 0, 'flow logs': 0, firewall: 0, other: 0 },
  bucketGigabytesPerDay: { backups: 0, logs: 0, velero: 0, artifacts: 0, audit: 0, 'access-logs': 0 },
};

/** The environment that a stack belongs to, by its folder or by its name. */
const belongsTo = ({ site, name }: Stack, environment: Environment): boolean =>
  site === environment.name ||
  site.startsWith(`${environment.name}-`) ||
  name.startsWith(`${PLATFORM}-${environment.name}-`);

interface Standby {
  readonly region: string;
  readonly recovery: readonly Stack[];
  readonly load: Load;
  readonly environment: Environment;
}

/** The recovery region as it waits, and as it is once a parameter has woken it. */
function standbyPlaces({ region, recovery, load, environment }: Standby): readonly Place[] {
  const name = `${environment.name} recovery`;
  const asleep: Place = { name, kind: 'recovery', region, stacks: recovery, load, environment };
  const sleeps = recovery.some(({ template }) => switchedOn(template) !== undefined);
  return sleeps ? [asleep, { ...asleep, name: `${name}, awake`, stacks: recovery.map(wakened) }] : [asleep];
}

function placesOfEnvironment(stacks: readonly Stack[], tree: Tree): readonly Place[] {
  const { environment } = tree;
  const own = stacks.filter((stack) => belongsTo(stack, environment));
  const elsewhere = Map.groupBy(
    own.filter(({ region }) => region !== environment.region),
    ({ region }) => region,
  );
  const load = LOADS[environment.name];
  const here = own.filter(({ region }) => region === environment.region);
  return [
    { name: environment.name, kind: 'environment', region: environment.region, stacks: here, load, environment, tree },
    ...[...elsewhere].flatMap(([region, recovery]) => standbyPlaces({ region, recovery, load, environment })),
  ];
}

/** The environments of the trees, their recovery regions, and the accounts that serve all of them. */
export function placesOf(stacks: readonly Stack[], trees: readonly Tree[], catalog: Catalog): readonly Place[] {
  const common = stacks.filter((stack) => !catalog.environments.some((environment) => belongsTo(stack, environment)));
  const shared = Map.groupBy(common, ({ site }) => site);
  return [
    ...trees.flatMap((tree) => placesOfEnvironment(stacks, tree)),
    ...[...shared].map(
      ([site, own]): Place => ({
        name: site,
        kind: 'shared',
        region: own[0]?.region ?? '',
        stacks: own,
        load: NO_LOAD,
      }),
    ),
  ];
}
