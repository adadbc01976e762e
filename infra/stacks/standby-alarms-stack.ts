import type { App } from 'aws-cdk-lib';
import type { Environment } from '#catalog/index.ts';
import { AlertTopic } from '../constructs/alert-topic.ts';
import { isBucket } from '../constructs/data-bucket.ts';
import { Watch } from '../constructs/watch.ts';
import type { CacheStack } from './cache-stack.ts';
import type { NetworkStack } from './network-stack.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';
import type { StandbyDatabaseStack } from './standby-database-stack.ts';

interface Watchable {
  readonly network: NetworkStack;
  readonly database: StandbyDatabaseStack;
  readonly cache: CacheStack;
  /** The environment that this region stands by for. */
  readonly source: Environment;
}

/** What is awake in the recovery region is watched there: alarms and their topic must outlive the first region. */
export class StandbyAlarmsStack extends PlatformStack {
  constructor(app: App, platform: Platform, { network, database, cache, source }: Watchable) {
    super(app, platform, { kind: 'alarms', description: 'Alarms of the recovery region' });
    const { environment } = platform;
    const topic = new AlertTopic(this, 'Alerts', environment);
    const watch = new Watch(this, { environment, topic });
    watch.replica('Replica', database.replica, '');
    watch.cache(cache.nodes);
    watch.nat(network);
    watch.copies(source, this.catalog.stores.filter(isBucket));
  }
}
