import { type Catalog, type Environment, ExplainedError, type Service, type Store, type Topic } from './model/index.ts';

/** A name that the catalog does not have; the message lists those it has. */
export class UnknownName extends ExplainedError {
  override readonly name = 'UnknownName';

  constructor(kind: string, value: string, known: readonly string[]) {
    super('UNKNOWN_NAME', `${kind} «${value}» does not exist. Use one of: ${known.join(', ')}.`);
  }
}

function named<T extends { readonly name: string }>(kind: string, list: readonly T[], value: string): T {
  const found = list.find((item) => item.name === value);
  if (!found)
    throw new UnknownName(
      kind,
      value,
      list.map((item) => item.name),
    );
  return found;
}

/** @throws UnknownName */
export const environmentNamed = (catalog: Catalog, name: string): Environment =>
  named('Environment', catalog.environments, name);
/** @throws UnknownName */
export const serviceNamed = (catalog: Catalog, name: string): Service => named('Service', catalog.services, name);
/** @throws UnknownName */
export const topicNamed = (catalog: Catalog, name: string): Topic => named('Topic', catalog.topics, name);
/** @throws UnknownName */
export const storeNamed = (catalog: Catalog, name: string): Store => named('Store', catalog.stores, name);
