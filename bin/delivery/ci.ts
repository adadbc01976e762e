import { shared } from '#catalog/environments/index.ts';
import type { Catalog } from '#catalog/index.ts';
import { type CiJob, names } from '#catalog/names.ts';
import { nextOf } from './images.ts';

const roleArn = (
  site: { readonly name: Parameters<typeof names.ciRole>[0]['name']; readonly account: string },
  job: CiJob,
): string => `arn:aws:iam::${site.account}:role/${names.ciRole(site, job)}`;

/** What the workflows need to know and must not type: roles, regions, repositories and what is to be built. */
export function ciFacts(catalog: Catalog) {
  const built = catalog.services.filter(({ status }) => status === 'built');
  return {
    publish: { role: roleArn(shared, 'publish'), region: shared.region },
    services: built.map(({ name }) => ({ name, repository: names.repository(name), image: names.image(shared, name) })),
    environments: catalog.environments.map((environment) => ({
      name: environment.name,
      region: environment.region,
      deploy: roleArn(environment, 'deploy'),
      diff: roleArn(environment, 'diff'),
      next: nextOf(catalog, environment) ?? null,
    })),
  };
}

export type CiFacts = ReturnType<typeof ciFacts>;
