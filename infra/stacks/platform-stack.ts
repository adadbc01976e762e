import { type App, Stack } from 'aws-cdk-lib';
import type { Catalog, Environment } from '#catalog/index.ts';
import { names, type StackKind } from '#catalog/names.ts';
import { tagOwner } from '../policies/tags.ts';

/** What every stack is derived from: the catalog and one of its environments. */
export interface Platform {
  readonly catalog: Catalog;
  readonly environment: Environment;
}

/** One stack of one environment. Account, region and zones come from the catalog, so nothing is looked up. */
export abstract class PlatformStack extends Stack {
  readonly kind: StackKind;
  readonly platform: Platform;

  constructor(app: App, kind: StackKind, platform: Platform, description: string) {
    const { environment } = platform;
    super(app, names.stack(environment, kind), {
      env: { account: environment.account, region: environment.region },
      description: `${description} (${environment.name})`,
      terminationProtection: environment.retainData,
    });
    this.kind = kind;
    this.platform = platform;
    tagOwner(this, platform, 'platform');
  }

  /** A VPC asks AWS for its zones even when they are given; the catalog's answer keeps synthesis offline. */
  override get availabilityZones(): string[] {
    return this.platform.environment.zones.map(({ name }) => name);
  }
}
