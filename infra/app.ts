import { App } from 'aws-cdk-lib';
import { type Catalog, catalog, environmentNamed } from '#catalog/index.ts';
import cdk from '../cdk.json' with { type: 'json' };
import { enforcePolicies } from './policies/index.ts';
import { CacheStack } from './stacks/cache-stack.ts';
import { ClusterStack } from './stacks/cluster-stack.ts';
import { DatabaseStack } from './stacks/database-stack.ts';
import { NetworkStack } from './stacks/network-stack.ts';
import type { Platform } from './stacks/platform-stack.ts';
import { StorageStack } from './stacks/storage-stack.ts';

/** The platform in AWS, in the order in which it is deployed; it is destroyed in the reverse order. */
export function addStacks(app: App, platform: Platform): void {
  const network = new NetworkStack(app, platform);
  const storage = new StorageStack(app, platform);
  const database = new DatabaseStack(app, platform, { network });
  const cache = new CacheStack(app, platform, { network });
  new ClusterStack(app, platform, { network, storage, database, cache });
}

export interface InfraOptions {
  /** Names of environments; all of them when left out, or the one that `cdk -c env=NAME` names. */
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
  for (const name of environments ?? namedByContext(app, facts)) {
    const platform = { catalog: facts, environment: environmentNamed(facts, name) };
    addStacks(app, platform);
  }
  enforcePolicies(app);
  return app;
}

function namedByContext(app: App, { environments }: Catalog): readonly string[] {
  const named: unknown = app.node.tryGetContext('env');
  return named === undefined ? environments.map(({ name }) => name) : [String(named)];
}
