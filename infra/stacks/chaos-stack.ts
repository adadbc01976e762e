import type { App } from 'aws-cdk-lib';
import { experimentsFor } from '#chaos/experiments/index.ts';
import { ZoneLoss } from '../constructs/zone-loss.ts';
import { requiredTags } from '../policies/tags.ts';
import type { DatabaseStack } from './database-stack.ts';
import type { NetworkStack } from './network-stack.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';

interface Targets {
  readonly network: NetworkStack;
  readonly database: DatabaseStack;
}

/** Experiments that break AWS itself, as templates that people start; Chaos Mesh does those inside the cluster. */
export class ChaosStack extends PlatformStack {
  constructor(app: App, platform: Platform, { network, database }: Targets) {
    super(app, platform, { kind: 'chaos', description: 'Experiments on AWS' });
    for (const experiment of experimentsFor(platform.environment))
      new ZoneLoss(this, experiment.name, {
        environment: platform.environment,
        experiment,
        vpcId: network.vpc.vpcId,
        primary: database.primary,
        tags: requiredTags(this, 'platform'),
      });
  }
}
