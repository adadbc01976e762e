import type { App } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { names } from '#catalog/names.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';
import type { StorageStack } from './storage-stack.ts';

/**
 * CloudTrail of the account in all regions, into the audit bucket, where nobody can delete it for a year if the
 * environment locks objects. Digest files prove that no log was changed in between.
 */
export class AuditStack extends PlatformStack {
  constructor(app: App, platform: Platform, { storage }: { readonly storage: StorageStack }) {
    super(app, platform, { kind: 'audit', description: 'CloudTrail' });
    const { environment } = platform;
    const trail = new CfnTrail(this, 'Trail', {
      trailName: names.trail(environment),
      s3BucketName: names.bucket(environment, 'audit'),
      kmsKeyId: storage.key.keyArn,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      // Who changed what, and who read which secret; the first copy of these costs nothing.
      eventSelectors: [{ includeManagementEvents: true, readWriteType: 'All' }],
    });
    // The bucket's policy, without which CloudTrail refuses, is in no property of the trail.
    trail.node.addDependency(storage);
  }
}
