import type { App } from 'aws-cdk-lib';
import type { Bucket } from '#catalog/index.ts';
import type { BucketName } from '#catalog/stores.ts';
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

/** One bucket for each bucket of the catalog. */
export class StorageStack extends PlatformStack {
  readonly key: EncryptionKey;

  constructor(app: App, platform: Platform) {
    super(app, 'storage', platform, 'Buckets');
    const { catalog, environment } = platform;
    this.key = new EncryptionKey(this, 'Key', { environment, use: 'storage' });
    const buckets = catalog.stores.filter(isBucket);
    const logs = buckets.filter(({ name }) => name === ACCESS_LOGS).map((bucket) => this.#add(bucket));
    for (const bucket of buckets.filter(({ name }) => name !== ACCESS_LOGS)) {
      const built = this.#add(bucket, logs[0]);
      if (bucket.name === AUDIT) acceptTrail({ environment, bucket: built }, this.key);
    }
    for (const bucket of logs) acceptBalancerLogs({ environment, bucket });
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
}
