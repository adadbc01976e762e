import { Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Catalog, Site } from '#catalog/index.ts';

/** Tags that every resource carries, so that each dollar has an owner. */
export const REQUIRED_TAGS = ['owner', 'cost-centre', 'environment'] as const;

interface Tagged {
  readonly catalog: Catalog;
  readonly site: Site;
}

/** The team that answers for an owner: a service's team, or the team itself. */
export function teamOf(catalog: Catalog, owner: string): string {
  return catalog.services.find(({ name }) => name === owner)?.owner ?? owner;
}

/** The required tags with their values, for resources that controllers create outside of CloudFormation. */
export function requiredTags({ catalog, site }: Tagged, owner: string): Readonly<Record<string, string>> {
  const team = catalog.teams.find(({ name }) => name === teamOf(catalog, owner));
  if (!team) throw new Error(`«${owner}» is neither a team nor a service of the catalog.`);
  return { owner: team.name, 'cost-centre': team.costCentre, environment: site.name };
}

/** Tags a construct and all below it as owned by a team, or by a service's team; the innermost owner wins. */
export function tagOwner(scope: IConstruct, tagged: Tagged, owner: string): void {
  for (const [key, value] of Object.entries(requiredTags(tagged, owner))) Tags.of(scope).add(key, value);
}
