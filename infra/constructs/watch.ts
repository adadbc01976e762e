import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Bucket, Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import {
  cacheReplicaRows,
  cacheRows,
  copyRows,
  databaseRows,
  natGatewayRows,
  natInstanceRows,
  replicaRows,
} from './alarm-rows.ts';
import { type AlarmRow, AlarmTable, type Watched } from './alarm-table.ts';
import { REPLICATION_RULE } from './bucket-replication.ts';

interface WatchProps {
  readonly environment: Environment;
  readonly topic: ITopic;
}

/** Sets the alarms of what AWS runs for us; every region has the same. */
export class Watch {
  readonly #scope: Construct;
  readonly #props: WatchProps;

  constructor(scope: Construct, props: WatchProps) {
    this.#scope = scope;
    this.#props = props;
  }

  /** An instance of PostgreSQL, with rows of its own beside those that all have. */
  instance(id: string, name: string, { suffix, more }: { suffix: string; more: readonly AlarmRow[] }): void {
    const rows = [...databaseRows(this.#props.environment.database), ...more];
    this.#watch(id, rows, { namespace: 'AWS/RDS', suffix, dimensions: [{ DBInstanceIdentifier: name }] });
  }

  replica(id: string, name: string, suffix: string): void {
    this.instance(id, name, { suffix, more: replicaRows });
  }

  /** The nodes of the cache, by the worst of them. */
  cache(nodes: readonly string[]): void {
    const { replicasPerShard } = this.#props.environment.cache;
    const rows = replicasPerShard > 0 ? [...cacheRows, ...cacheReplicaRows] : cacheRows;
    const dimensions = nodes.map((CacheClusterId) => ({ CacheClusterId }));
    this.#watch('Cache', rows, { namespace: 'AWS/ElastiCache', suffix: '', dimensions });
  }

  /** Copies of buckets that are promised in time. */
  copies(source: Environment, buckets: readonly Bucket[]): void {
    const dimensions = buckets
      .filter(({ replication }) => replication === 'timed')
      .map(({ name }) => ({
        SourceBucket: names.bucket(source, name),
        DestinationBucket: names.bucket(this.#props.environment, name),
        RuleId: REPLICATION_RULE,
      }));
    this.#watch('Copies', copyRows, { namespace: 'AWS/S3', suffix: '', dimensions });
  }

  /** The way out of the private subnets. */
  nat(ways: { readonly natGateways: readonly string[]; readonly natInstances: readonly string[] }): void {
    const gateways = ways.natGateways.map((NatGatewayId) => ({ NatGatewayId }));
    const instances = ways.natInstances.map((InstanceId) => ({ InstanceId }));
    if (gateways.length > 0)
      this.#watch('Nat', natGatewayRows, { namespace: 'AWS/NATGateway', suffix: '', dimensions: gateways });
    if (instances.length > 0)
      this.#watch('Nat', natInstanceRows, { namespace: 'AWS/EC2', suffix: '', dimensions: instances });
  }

  #watch(id: string, rows: readonly AlarmRow[], watched: Watched): void {
    const { environment, topic } = this.#props;
    new AlarmTable(this.#scope, id, { environment, rows, watched, actions: [new SnsAction(topic)] });
  }
}
