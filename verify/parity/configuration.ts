import { isSecret, variablesOf } from '#catalog/configuration.ts';
import type { Catalog, Service } from '#catalog/index.ts';
import type { Manifest } from '../tree/manifest.ts';
import { type Declared, type Found, foundIn, type ParityRow, type Surroundings } from './row.ts';
import { ownContainer, workloadsOf } from './services.ts';

/** A secret is never a variable: the variable says which file holds it. */
function declaredVariables(catalog: Catalog, service: Service): readonly Declared[] {
  return variablesOf(catalog, service).map(({ name, from }) => ({
    key: `${service.name} ${isSecret(from) ? `${name}_FILE` : name}`,
    by: `services.${service.name}`,
    facts: { [name]: from.kind === 'literal' ? from.value : undefined },
  }));
}

/** Variables that a container starts with: whole config maps first, then single ones, as Kubernetes merges them. */
function variables(manifest: Manifest, { tree }: Surroundings): readonly Found[] {
  const container = ownContainer(manifest);
  const maps = container?.list('envFrom').flatMap((from) => from.at('configMapRef.name').text ?? []) ?? [];
  const fromMaps = maps.flatMap((name) => {
    const map = tree.find('ConfigMap', manifest.namespace, name);
    return map ? Object.entries(map.root.key('data').texts).map(([key, value]) => [map, key, value] as const) : [];
  });
  const single = container
    ?.list('env')
    .map((variable) => [manifest, variable.key('name').text ?? '', variable.key('value').text] as const);
  return [...fromMaps, ...(single ?? [])].map(([owner, key, value]) =>
    foundIn(owner, `${manifest.name} ${key}`, { [key]: value }),
  );
}

export const configurationRows: readonly ParityRow[] = [
  {
    kind: 'variable',
    says: 'Each service starts with the variables that the catalog gives it, and no others.',
    declared: ({ catalog }) => catalog.services.flatMap((service) => declaredVariables(catalog, service)),
    found: (surroundings) => workloadsOf(surroundings).flatMap((manifest) => variables(manifest, surroundings)),
  },
];
