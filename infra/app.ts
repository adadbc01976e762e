import { App } from 'aws-cdk-lib';
import { shared, standbyOf } from '#catalog/environments/index.ts';
import { type Catalog, catalog, environmentNamed, type SiteName } from '#catalog/index.ts';
import { hasStack, type StackKind } from '#catalog/stacks.ts';
import cdk from '../cdk.json' with { type: 'json' };
import { enforcePolicies } from './policies/index.ts';
import { AlarmsStack } from './stacks/alarms-stack.ts';
import { AuditStack } from './stacks/audit-stack.ts';
import { BackupStack } from './stacks/backup-stack.ts';
import { CacheStack } from './stacks/cache-stack.ts';
import { ChaosStack } from './stacks/chaos-stack.ts';
import { ClusterStack } from './stacks/cluster-stack.ts';
import { DatabaseStack } from './stacks/database-stack.ts';
import { DeliveryStack } from './stacks/delivery-stack.ts';
import { DnsStack } from './stacks/dns-stack.ts';
import { EdgeStack } from './stacks/edge-stack.ts';
import { NetworkStack } from './stacks/network-stack.ts';
import { PeeringStack, StandbyPeeringStack } from './stacks/peering-stack.ts';
import type { Place, Platform } from './stacks/platform-stack.ts';
import { RegistryStack } from './stacks/registry-stack.ts';
import { SleepStack } from './stacks/sleep-stack.ts';
import { StandbyAlarmsStack } from './stacks/standby-alarms-stack.ts';
import { StandbyDatabaseStack } from './stacks/standby-database-stack.ts';
import { StorageStack } from './stacks/storage-stack.ts';
import { VaultStack } from './stacks/vault-stack.ts';

/** The shared account, which serves every environment and is deployed before the first. */
export function addSharedStacks(app: App, place: Place): void {
  new RegistryStack(app, place);
}

/** The platform in AWS, in the order in which it is deployed; it is destroyed in the reverse order. */
export function addStacks(app: App, platform: Platform): void {
  const { catalog: facts, environment } = platform;
  const standby = standbyOf(environment).map((site) => addCopies(app, { catalog: facts, environment: site }));
  const network = new NetworkStack(app, platform);
  const storage = new StorageStack(app, platform).after(...standby.map((copies) => copies.storage));
  new AuditStack(app, platform, { storage });
  const database = new DatabaseStack(app, platform, { network }).after(...standby.map((copies) => copies.vault));
  const cache = new CacheStack(app, platform, { network });
  const dns = new DnsStack(app, platform);
  const cluster = new ClusterStack(app, platform, {
    ...{ network, storage, database, cache },
    zoneArn: dns.zone.hostedZoneArn,
  });
  const alarms = new AlarmsStack(app, platform, { network, database, cache });
  for (const vault of ifHas(platform, 'vault', () => new VaultStack(app, platform)))
    new BackupStack(app, platform, { vault, database }).after(...standby.map((copies) => copies.vault));
  ifHas(platform, 'chaos', () => new ChaosStack(app, platform, { network, database }));
  new DeliveryStack(app, platform);
  const edge = new EdgeStack(app, platform, { zone: dns.zone });
  for (const hours of given(environment.wakingHours))
    new SleepStack(app, platform, { hours, cluster, database, alarms });
  for (const copies of standby) addStandby(app, { platform, copies, network, database, edge });
}

/** What the recovery region must have before the first region can copy into it. */
function addCopies(app: App, platform: Platform) {
  return {
    platform,
    network: new NetworkStack(app, platform),
    storage: new StorageStack(app, platform),
    vault: new VaultStack(app, platform),
  };
}

interface Standby {
  readonly platform: Platform;
  readonly network: NetworkStack;
  readonly copies: ReturnType<typeof addCopies>;
  readonly database: DatabaseStack;
  readonly edge: EdgeStack;
}

/** What the recovery region runs: a database that follows the first region's, and a cluster that a parameter wakes. */
function addStandby(app: App, { platform: first, network: home, copies, database: source, edge }: Standby): void {
  const { platform, network, storage, vault } = copies;
  const peering = new PeeringStack(app, first, { network: home, peer: platform.environment }).after(network);
  const database = new StandbyDatabaseStack(app, platform, { network, vault, source: source.platform.environment });
  database.after(source);
  const cache = new CacheStack(app, platform, { network });
  new ClusterStack(app, platform, { network, storage, database, cache });
  new EdgeStack(app, platform, {}).after(edge);
  new StandbyAlarmsStack(app, platform, { network, database, cache, source: first.environment });
  new StandbyPeeringStack(app, platform, { network, peer: first.environment }).after(peering);
}

/** None or one. */
const given = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);

/** A stack that only some environments have: none or one. */
const ifHas = <T>({ environment }: Platform, kind: StackKind, add: () => T): readonly T[] =>
  hasStack(environment, kind) ? [add()] : [];

export interface InfraOptions {
  /** Names of sites: environments or `shared`; all of them when left out, or the one that `cdk -c env=NAME` names. */
  readonly environments?: readonly string[];
  readonly outdir?: string;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly catalog?: Catalog;
}

/**
 * The app with the stacks of the environments asked for, and the policies that they are held to.
 * @throws UnknownName for an environment that the catalog does not have.
 */
export function buildInfra({ environments, outdir, context = {}, catalog: facts = catalog }: InfraOptions = {}): App {
  const app = new App({
    ...(outdir ? { outdir } : {}),
    context: { ...cdk.context, ...context },
    analyticsReporting: false,
    // Else an app whose environment is unknown would still be written, empty, when the process ends.
    autoSynth: false,
  });
  for (const name of environments ?? namedByContext(app, facts)) addSite(app, facts, name);
  enforcePolicies(app);
  return app;
}

/** The stacks of one site. @throws UnknownName */
export function addSite(app: App, facts: Catalog, name: string): void {
  if (name === shared.name) addSharedStacks(app, { catalog: facts, site: shared });
  else addStacks(app, { catalog: facts, environment: environmentNamed(facts, name) });
}

/** Every place that has stacks, in the order of their first deployment. */
export const siteNames = ({ environments }: Catalog): readonly SiteName[] => [
  shared.name,
  ...environments.map(({ name }) => name),
];

function namedByContext(app: App, facts: Catalog): readonly string[] {
  const named: unknown = app.node.tryGetContext('env');
  return named === undefined ? siteNames(facts) : [String(named)];
}
