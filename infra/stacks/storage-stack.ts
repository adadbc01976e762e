import type { App } from 'aws-cdk-lib';
import { standbyOf } from '#catalog/environments/index.ts';
import type { Bucket, Environment } from '#catalog/index.ts';
import type { BucketName } from '#catalog/stores.ts';
import { BucketReplication } from '../constructs/bucket-replication.ts';
import { DataBucket, isBucket } from '../constructs/data-bucket.ts';
import { EncryptionKey } from '../constructs/encryption-key.ts';
import { asBucket } from '../constructs/interfaces.ts';
import { acceptBalancerLogs, acceptTrail } from '../constructs/service-deliveries.ts';
import { tagOwner } from '../policies/tags.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';

/** Takes the access logs of the other buckets; the only one that AWS does not write to under a key of ours. */
const ACCESS_LOGS = 'access-logs' satisfies BucketName;

/** Takes what CloudTrail writes. */
const AUDIT = 'audit' satisfies BucketName;

/** One bucket for each bucket of the catalog, copied to the recovery region where the environment has one. */
export class StorageStack extends PlatformStack {
  readonly key: EncryptionKey;

  constructor(app: App, platform: Platform) {
    super(app, platform, { kind: 'storage', description: 'Buckets' });
    const { environment } = platform;
    this.key = new EncryptionKey(this, 'Key', { environment, use: 'storage' });
    const buckets = this.#addBuckets();
    this.#acceptDeliveries(buckets);
    for (const standby of standbyOf(environment)) this.#replicate(standby, buckets);
  }

  /** The access logs first, because the other buckets write them. */
  #addBuckets(): ReadonlyMap<string, DataBucket> {
    const buckets = this.catalog.stores.filter(isBucket);
    const logs = buckets.filter(({ name }) => name === ACCESS_LOGS).map((bucket) => this.#add(bucket));
    const others = buckets.filter(({ name }) => name !== ACCESS_LOGS).map((bucket) => this.#add(bucket, logs[0]));
    return new Map([...logs, ...others].map((built) => [built.node.id, built]));
  }

  #add(bucket: Bucket, accessLogs?: DataBucket): DataBucket {
    const { environment } = this.platform;
    const built = new DataBucket(this, bucket.name, {
      environment,
      bucket,
      key: this.key,
      ...(accessLogs ? { accessLogs: asBucket(accessLogs) } : {}),
    });
    tagOwner(built, this, bucket.owner);
    return built;
  }

  #acceptDeliveries(buckets: ReadonlyMap<string, DataBucket>): void {
    const { environment } = this.platform;
    const [audit, logs] = [buckets.get(AUDIT), buckets.get(ACCESS_LOGS)];
    if (audit) acceptTrail({ environment, bucket: audit }, this.key);
    if (logs) acceptBalancerLogs({ environment, bucket: logs });
  }

  #replicate(standby: Environment, built: ReadonlyMap<string, DataBucket>): void {
    const { environment } = this.platform;
    const buckets = this.catalog.stores.filter(isBucket).filter(({ replication }) => replication !== 'none');
    const replication = new BucketReplication(this, 'Replication', { environment, standby, buckets, key: this.key });
    for (const bucket of buckets) {
      const source = built.get(bucket.name);
      if (source) replication.copy(bucket, source);
    }
  }
}
