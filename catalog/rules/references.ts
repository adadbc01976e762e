import type { Problem } from '../check.ts';
import type { Catalog, Service } from '../model/index.ts';
import type { Rule } from './index.ts';

interface Reference {
  readonly path: string;
  readonly value: string;
}

export function unresolved(
  kind: string,
  known: readonly string[],
  references: readonly Reference[],
): readonly Problem[] {
  return references
    .filter(({ value }) => !known.includes(value))
    .map(({ path, value }) => ({
      path,
      value: `«${value}»`,
      rule: `there is no such ${kind}`,
      fix: `Use one of ${known.join(', ')}, or add it to the catalog`,
    }));
}

function fromServices(
  catalog: Catalog,
  field: string,
  values: (service: Service) => readonly string[],
): readonly Reference[] {
  return catalog.services.flatMap((service) =>
    values(service).map((value, index) => ({
      path: `services.${service.name}.${field.replace('#', `[${index}]`)}`,
      value,
    })),
  );
}

export const namesOf = (list: readonly { readonly name: string }[]): readonly string[] => list.map(({ name }) => name);

const topicsExist: Rule = (catalog) =>
  unresolved('topic', namesOf(catalog.topics), [
    ...fromServices(catalog, 'consumes#.topic', ({ consumes }) => consumes.map(({ topic }) => topic)),
    ...fromServices(catalog, 'produces#.topic', ({ produces }) => produces.map(({ topic }) => topic)),
    ...fromServices(catalog, 'scaling.topic', ({ scaling }) => (scaling.kind === 'lag' ? [scaling.topic] : [])),
  ]);

const storesExist: Rule = (catalog) =>
  unresolved(
    'store',
    namesOf(catalog.stores),
    fromServices(catalog, 'stores#.store', ({ stores }) => stores.map(({ store }) => store)),
  );

const calledServicesExist: Rule = (catalog) =>
  unresolved(
    'service',
    namesOf(catalog.services),
    fromServices(catalog, 'calls#.service', ({ calls }) => calls.map(({ service }) => service)),
  );

const calledPortsExist: Rule = (catalog) =>
  catalog.services.flatMap((caller) =>
    caller.calls.flatMap(({ service, port }, index) => {
      const callee = catalog.services.find(({ name }) => name === service);
      if (!callee) return [];
      return unresolved(`port of ${service}`, Object.keys(callee.ports), [
        { path: `services.${caller.name}.calls[${index}].port`, value: port },
      ]);
    }),
  );

/** Every part has an owner that exists: teams own services, topics and namespaces, services (or the platform) own stores. */
const ownersExist: Rule = (catalog) => {
  const owned = (
    kind: string,
    list: readonly { readonly name: string; readonly owner: string }[],
  ): readonly Reference[] => list.map(({ name, owner }) => ({ path: `${kind}.${name}.owner`, value: owner }));
  return [
    ...unresolved('team', namesOf(catalog.teams), [
      ...owned('services', catalog.services),
      ...owned('topics', catalog.topics),
      ...owned('namespaces', catalog.namespaces),
    ]),
    ...unresolved('owner of a store', ['platform', ...namesOf(catalog.services)], owned('stores', catalog.stores)),
  ];
};

/** A store's owner writes it; a store that its owner does not use is forgotten. */
const storeOwnersWrite: Rule = (catalog) =>
  catalog.stores.flatMap(({ name, owner }) => {
    const service = catalog.services.find((candidate) => candidate.name === owner);
    if (!service || service.stores.some((use) => use.store === name && use.access === 'read-write')) return [];
    return [
      {
        path: `stores.${name}.owner`,
        value: `«${owner}»`,
        rule: "a store's owner writes it",
        fix: `Give services.${owner}.stores an entry of «${name}» with access read-write`,
      },
    ];
  });

/** A service signs in to an engine as one role with one password, so that it can have one database there. */
const oneDatabaseAnEngine: Rule = (catalog) =>
  catalog.services.flatMap(({ name, stores }) => {
    const used = stores.filter(
      ({ store }) => catalog.stores.find((candidate) => candidate.name === store)?.engine === 'rds-postgresql',
    );
    if (used.length < 2) return [];
    return [
      {
        path: `services.${name}.stores`,
        value: used.map(({ store }) => `«${store}»`).join(', '),
        rule: 'a service has one role on RDS, and so one database of it',
        fix: 'Ask the owner of the other store instead',
      },
    ];
  });

export const referenceRules: readonly Rule[] = [
  topicsExist,
  storesExist,
  calledServicesExist,
  calledPortsExist,
  ownersExist,
  storeOwnersWrite,
  oneDatabaseAnEngine,
];
