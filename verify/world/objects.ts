import type { Tree } from '../tree/tree.ts';
import { BUILT_IN_NAMESPACES } from './built-in.ts';
import { type Keys, type MadeData, type MadeObject, type MadeService, madeByOperators } from './made.ts';

const key = ({ namespace, name }: MadeObject): string => `${namespace}/${name}`;

/** Look-up by namespace and name. */
export interface Shelf<T> {
  get(namespace: string, name: string): T | undefined;
  readonly names: readonly string[];
}

function shelf<T>(entries: Iterable<readonly [string, T]>): Shelf<T> {
  const map = new Map(entries);
  return { get: (namespace, name) => map.get(`${namespace}/${name}`), names: [...map.keys()] };
}

function dataShelf(data: readonly MadeData[]): Shelf<Keys> {
  const merged = new Map<string, Keys>();
  for (const entry of data) {
    const before = merged.get(key(entry)) ?? new Set<string>();
    const both = before === 'anything' || entry.keys === 'anything' ? 'anything' : new Set([...before, ...entry.keys]);
    merged.set(key(entry), both);
  }
  return shelf(merged);
}

function written(tree: Tree, kind: string, sections: readonly string[]): readonly MadeData[] {
  return tree.ofKind(kind, '').map(({ namespace = '', name, root }) => ({
    namespace,
    name,
    keys: new Set(
      sections.flatMap((section) =>
        root
          .key(section)
          .entries()
          .map(([entry]) => entry),
      ),
    ),
  }));
}

const secrets = (tree: Tree): Shelf<Keys> =>
  dataShelf([...written(tree, 'Secret', ['data', 'stringData']), ...madeByOperators(tree).secrets]);

const configMaps = (tree: Tree): Shelf<Keys> =>
  dataShelf([...written(tree, 'ConfigMap', ['data', 'binaryData']), ...madeByOperators(tree).configMaps]);

function services(tree: Tree): Shelf<readonly number[]> {
  const own = tree.ofKind('Service', '').map(
    ({ namespace = '', name, root }): MadeService => ({
      namespace,
      name,
      ports: root.list('spec.ports').flatMap((port) => port.key('port').number ?? []),
    }),
  );
  return shelf([...own, ...madeByOperators(tree).services].map((service) => [key(service), service.ports] as const));
}

const serviceAccounts = (tree: Tree): Shelf<true> => {
  const own = tree.ofKind('ServiceAccount').map(({ namespace = '', name }) => ({ namespace, name }));
  return shelf([...own, ...madeByOperators(tree).serviceAccounts].map((account) => [key(account), true] as const));
};

const namespaces = (tree: Tree): ReadonlyMap<string, Readonly<Record<string, string>>> =>
  new Map([
    ...BUILT_IN_NAMESPACES.map((name) => [name, { [NAME_LABEL]: name }] as const),
    ...tree
      .ofKind('Namespace')
      .map(({ name, root }) => [name, { ...root.at('metadata.labels').texts, [NAME_LABEL]: name }] as const),
  ]);

/** Kubernetes gives every namespace this label with its name. */
export const NAME_LABEL = 'kubernetes.io/metadata.name';

/** Secrets that exist or will: written ones, and those that operators make. */
export const secretsOf = (tree: Tree): Shelf<Keys> => tree.derive(secrets);
export const configMapsOf = (tree: Tree): Shelf<Keys> => tree.derive(configMaps);
/** Services and their port numbers. */
export const servicesOf = (tree: Tree): Shelf<readonly number[]> => tree.derive(services);
export const serviceAccountsOf = (tree: Tree): Shelf<true> => tree.derive(serviceAccounts);
/** Namespaces and their labels. */
export const namespacesOf = (tree: Tree): ReadonlyMap<string, Readonly<Record<string, string>>> =>
  tree.derive(namespaces);
