import { type App, Stack } from 'aws-cdk-lib';
import type { Catalog, Environment, Site } from '#catalog/index.ts';
import { names, type StackKind } from '#catalog/names.ts';
import { tagOwner } from '../policies/tags.ts';

/** Where a stack stands, and the catalog that it is derived from. */
export interface Place {
  readonly catalog: Catalog;
  readonly site: Site;
}

/** What every stack of an environment is derived from: the catalog and one of its environments. */
export interface Platform {
  readonly catalog: Catalog;
  readonly environment: Environment;
}

/** What a stack is called and what it says of itself. */
export interface StackIdentity {
  readonly kind: StackKind;
  readonly description: string;
}

/** What a stack is called and what it says of itself. */
export interface StackIdentity {
  readonly kind: StackKind;
  readonly description: string;
}

/** One stack at one site. Account and region come from the catalog, so nothing is looked up. */
export abstract class SiteStack extends Stack {
  readonly kind: StackKind;
  readonly site: Site;
  readonly catalog: Catalog;

  constructor(app: App, { catalog, site }: Place, { kind, description }: StackIdentity) {
    super(app, names.stack(site, kind), {
      env: { account: site.account, region: site.region },
      description: `${description} (${site.name})`,
      terminationProtection: site.retainData,
    });
    this.kind = kind;
    this.site = site;
    this.catalog = catalog;
    tagOwner(this, { catalog, site }, 'platform');
  }

  /** Deploys this stack after others that it meets in names only, such as those of another region. */
  after(...stacks: readonly Stack[]): this {
    for (const stack of stacks) this.addStackDependency(stack);
    return this;
  }
}

/** One stack of one environment. */
export abstract class PlatformStack extends SiteStack {
  readonly platform: Platform;

  constructor(app: App, platform: Platform, identity: StackIdentity) {
    super(app, { catalog: platform.catalog, site: platform.environment }, identity);
    this.platform = platform;
  }

  /** A VPC asks AWS for its zones even when they are given; the catalog's answer keeps synthesis offline. */
  override get availabilityZones(): string[] {
    return this.platform.environment.zones.map(({ name }) => name);
  }
}
