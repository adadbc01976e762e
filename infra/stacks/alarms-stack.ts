import type { App } from 'aws-cdk-lib';
import { CfnEventSubscription } from 'aws-cdk-lib/aws-rds';
import { primaryRows } from '../constructs/alarm-rows.ts';
import { AlertTopic } from '../constructs/alert-topic.ts';
import { SpendingLimit } from '../constructs/spending-limit.ts';
import { Watch } from '../constructs/watch.ts';
import type { CacheStack } from './cache-stack.ts';
import type { DatabaseStack } from './database-stack.ts';
import type { NetworkStack } from './network-stack.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';

interface Watchable {
  readonly network: NetworkStack;
  readonly database: DatabaseStack;
  readonly cache: CacheStack;
}

/** What AWS itself watches: the parts outside of the cluster, where Prometheus does not look, and the money. */
export class AlarmsStack extends PlatformStack {
  readonly topic: AlertTopic;

  constructor(app: App, platform: Platform, { network, database, cache }: Watchable) {
    super(app, platform, { kind: 'alarms', description: 'Alarms of databases, caches and NAT, and the budget' });
    const { catalog, environment } = platform;
    this.topic = new AlertTopic(this, 'Alerts', environment);
    const watch = new Watch(this, { environment, topic: this.topic });
    watch.instance('Database', database.primary, { suffix: '', more: primaryRows });
    for (const [index, replica] of database.replicas.entries())
      watch.replica(`Replica${index + 1}`, replica, `-replica-${index + 1}`);
    watch.cache(cache.nodes);
    watch.nat(network);
    this.#addEvents();
    new SpendingLimit(this, 'Budget', { catalog, environment, topicArn: this.topic.topicArn });
  }

  #addEvents(): void {
    new CfnEventSubscription(this, 'DatabaseEvents', {
      snsTopicArn: this.topic.topicArn,
      sourceType: 'db-instance',
      eventCategories: ['availability', 'failover', 'failure', 'low storage', 'read replica', 'recovery'],
    });
  }
}
