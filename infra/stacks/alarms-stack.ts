import type { App } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { CfnEventSubscription } from 'aws-cdk-lib/aws-rds';
import {
  cacheReplicaRows,
  cacheRows,
  databaseRows,
  natGatewayRows,
  natInstanceRows,
  primaryRows,
  replicaRows,
} from '../constructs/alarm-rows.ts';
import { type AlarmRow, AlarmTable, type Watched } from '../constructs/alarm-table.ts';
import { AlertTopic } from '../constructs/alert-topic.ts';
import { SpendingLimit } from '../constructs/spending-limit.ts';
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
    this.#watchDatabase(database);
    this.#watchCache(cache);
    this.#watchNat(network);
    new SpendingLimit(this, 'Budget', { catalog, environment, topicArn: this.topic.topicArn });
  }

  #watchDatabase({ primary, replicas }: DatabaseStack): void {
    const rows = databaseRows(this.platform.environment.database);
    this.#watch('Database', [...rows, ...primaryRows], this.#instance('', primary));
    for (const [index, replica] of replicas.entries())
      this.#watch(`Replica${index + 1}`, [...rows, ...replicaRows], this.#instance(`-replica-${index + 1}`, replica));
    new CfnEventSubscription(this, 'DatabaseEvents', {
      snsTopicArn: this.topic.topicArn,
      sourceType: 'db-instance',
      eventCategories: ['availability', 'failover', 'failure', 'low storage', 'read replica', 'recovery'],
    });
  }

  #instance(suffix: string, DBInstanceIdentifier: string): Watched {
    return { namespace: 'AWS/RDS', suffix, dimensions: [{ DBInstanceIdentifier }] };
  }

  #watchCache({ nodes }: CacheStack): void {
    const { replicasPerShard } = this.platform.environment.cache;
    const rows = replicasPerShard > 0 ? [...cacheRows, ...cacheReplicaRows] : cacheRows;
    const dimensions = nodes.map((CacheClusterId) => ({ CacheClusterId }));
    this.#watch('Cache', rows, { namespace: 'AWS/ElastiCache', suffix: '', dimensions });
  }

  #watchNat({ natGateways, natInstances }: NetworkStack): void {
    const gateways = natGateways.map((NatGatewayId) => ({ NatGatewayId }));
    const instances = natInstances.map((InstanceId) => ({ InstanceId }));
    if (gateways.length > 0)
      this.#watch('Nat', natGatewayRows, { namespace: 'AWS/NATGateway', suffix: '', dimensions: gateways });
    if (instances.length > 0)
      this.#watch('Nat', natInstanceRows, { namespace: 'AWS/EC2', suffix: '', dimensions: instances });
  }

  #watch(id: string, rows: readonly AlarmRow[], watched: Watched): void {
    const { environment } = this.platform;
    new AlarmTable(this, id, { environment, rows, watched, actions: [new SnsAction(this.topic)] });
  }
}
