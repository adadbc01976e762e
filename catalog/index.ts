import { assertConsistent } from './check.ts';
import { environments } from './environments/index.ts';
import type { Catalog } from './model/index.ts';
import { namespaces } from './namespaces.ts';
import { operators } from './operators/index.ts';
import { parts } from './parts/index.ts';
import { services } from './services/index.ts';
import { stores } from './stores.ts';
import { teams } from './teams.ts';
import { topics } from './topics.ts';

/** The platform. Loading it checks it: an inconsistent catalog throws with every problem at once. */
export const catalog: Catalog = assertConsistent({
  teams,
  topics,
  stores,
  services,
  namespaces,
  operators,
  parts,
  environments,
});

export { CatalogError, findProblems, type Problem } from './check.ts';
export { environmentNamed, serviceNamed, storeNamed, topicNamed } from './lookup.ts';
export * from './model/index.ts';
