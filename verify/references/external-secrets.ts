import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';
import type { Keys } from '../world/made.ts';
import { secretsOf, serviceAccountsOf } from '../world/objects.ts';
import { remoteSecretsOf } from '../world/secrets-manager.ts';
import { among, qualified } from './answers.ts';
import {
  broken,
  inManifests,
  type Reference,
  type ReferenceRow,
  type Resolution,
  resolved,
  type Surroundings,
  trusted,
} from './row.ts';

interface StoreName {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}
interface StoreReference extends Reference {
  readonly store: StoreName;
}
export interface RemoteReference extends StoreReference {
  readonly key: string;
  readonly property: string | undefined;
}

const isExternalSecret = ({ kind, group }: Manifest): boolean =>
  kind === 'ExternalSecret' && group === 'external-secrets.io';

function storeName(reference: Node, namespace: string | undefined): StoreName {
  const kind = reference.key('kind').text ?? 'SecretStore';
  return { kind, namespace: kind === 'SecretStore' ? namespace : undefined, name: reference.key('name').text ?? '' };
}

function storeReferences(manifest: Manifest): readonly StoreReference[] {
  if (!isExternalSecret(manifest)) return [];
  const spec = manifest.root.key('spec');
  const own = spec.list('data').map((entry) => entry.at('sourceRef.storeRef'));
  return [spec.key('secretStoreRef'), ...own]
    .filter((reference) => reference.exists)
    .map((reference) => {
      const store = storeName(reference, manifest.namespace);
      return { at: reference.key('name'), value: `${store.kind} ${qualified(store.namespace, store.name)}`, store };
    });
}

export function remoteReferences(manifest: Manifest): readonly RemoteReference[] {
  if (!isExternalSecret(manifest)) return [];
  const spec = manifest.root.key('spec');
  const read = (entry: Node, from: Node): readonly RemoteReference[] => {
    const own = entry.at('sourceRef.storeRef');
    const store = storeName(own.exists ? own : spec.key('secretStoreRef'), manifest.namespace);
    const at = from.key('key');
    return at.text === undefined
      ? []
      : [{ at, value: at.text, store, key: at.text, property: from.key('property').text }];
  };
  return [
    ...spec.list('data').flatMap((entry) => read(entry, entry.key('remoteRef'))),
    ...spec.list('dataFrom').flatMap((entry) => read(entry, entry.key('extract'))),
  ];
}

/** What a store can give: name of a secret → its fields; nothing where the provider is not one of those in use. */
function contentOf(store: StoreName, tree: Tree): ((name: string) => Keys | undefined) | undefined {
  const provider = tree.find(store.kind, store.namespace, store.name)?.root.at('spec.provider');
  const remote = provider?.at('kubernetes.remoteNamespace').text;
  if (remote !== undefined) return (name) => secretsOf(tree).get(remote, name);
  if (provider?.key('aws').exists) return (name) => remoteSecretsOf(tree).get(name);
  return undefined;
}

function remote({ store, key, property }: RemoteReference, { tree }: Surroundings): Resolution {
  const fromAws = tree.find(store.kind, store.namespace, store.name)?.root.at('spec.provider.aws').exists;
  if (fromAws && !tree.hasTemplates)
    return trusted('secrets of Secrets Manager', 'the templates of AWS were not synthesized');
  const content = contentOf(store, tree);
  if (!content) return trusted(`secrets of ${store.kind} ${store.name}`, 'its provider is not read here');
  const keys = content(key);
  if (keys === undefined) {
    const where = fromAws
      ? 'no template creates a secret of this name in Secrets Manager'
      : 'no secret of this name is in the namespace that the store reads';
    return broken(where, 'Create it, or name one that exists');
  }
  if (property === undefined || keys === 'anything' || keys.has(property)) return resolved;
  return broken(`the secret has no field «${property}»; it has ${[...keys].join(', ')}`, 'Name one of its fields');
}

/** Values that the templates of the target name: `{{ .password }}`. */
const TEMPLATE_VALUE = /\{\{[^}]*?\.(?<value>[A-Za-z_]\w*)/g;

interface TemplateReference extends Reference {
  readonly known: readonly string[];
}

/** What `dataFrom` brings is known at run time only, so nothing can be said of names there. */
function templateValues(manifest: Manifest): readonly TemplateReference[] {
  const spec = manifest.root.key('spec');
  if (!isExternalSecret(manifest) || spec.list('dataFrom').length > 0) return [];
  const known = spec.list('data').map((entry) => entry.key('secretKey').text ?? '');
  return spec
    .at('target.template.data')
    .entries()
    .flatMap(([, at]) =>
      [...(at.text ?? '').matchAll(TEMPLATE_VALUE)].map((match) => ({ at, value: match.groups?.value ?? '', known })),
    );
}

const isAccount = (
  subject: Node,
  account: { readonly namespace: string | undefined; readonly name: string | undefined },
): boolean =>
  subject.key('kind').text === 'ServiceAccount' &&
  subject.key('name').text === account.name &&
  subject.key('namespace').text === account.namespace;

const mayRead = (rule: Node, secret: string): boolean => {
  const has = (field: string, value: string): boolean =>
    rule.list(field).some(({ text }) => text === value || text === '*');
  const names = rule.list('resourceNames').map(({ text }) => text);
  return has('resources', 'secrets') && has('verbs', 'get') && (names.length === 0 || names.includes(secret));
};

/** A store of another namespace reads as a service account, which must have been granted this very secret. */
function granted({ store, key }: RemoteReference, { tree }: Surroundings): Resolution {
  const provider = tree.find(store.kind, store.namespace, store.name)?.root.at('spec.provider.kubernetes');
  const space = provider?.key('remoteNamespace').text;
  if (!provider || space === undefined) return resolved;
  const account = { namespace: store.namespace, name: provider.at('auth.serviceAccount.name').text };
  const roles = tree
    .ofKind('RoleBinding')
    .filter(
      (binding) =>
        binding.namespace === space && binding.root.list('subjects').some((subject) => isAccount(subject, account)),
    )
    .map(({ root }) => tree.find(root.at('roleRef.kind').text ?? '', space, root.at('roleRef.name').text ?? ''));
  return roles.some((role) => role?.root.list('rules').some((rule) => mayRead(rule, key)))
    ? resolved
    : broken(
        `no role in ${space} lets ${account.name} get this secret`,
        'Add the secret to the resourceNames of its role',
      );
}

/** A ClusterSecretStore may say which namespaces use it. */
function mayUse({ store }: StoreReference, namespace: string | undefined, tree: Tree): boolean {
  const conditions = tree.find(store.kind, store.namespace, store.name)?.root.list('spec.conditions') ?? [];
  const named = conditions.flatMap((condition) => condition.list('namespaces').map((name) => name.text));
  return named.length === 0 || named.includes(namespace);
}

export const externalSecretRows: readonly ReferenceRow[] = [
  inManifests<StoreReference & { readonly namespace: string | undefined }>({
    kind: 'secret store',
    says: 'An external secret reads from a store that exists and is open to its namespace.',
    find: (manifest) => storeReferences(manifest).map((reference) => ({ ...reference, namespace: manifest.namespace })),
    resolve: (reference, { tree }) => {
      const known = [...tree.ofKind('SecretStore'), ...tree.ofKind('ClusterSecretStore')];
      const found = among(
        reference.value,
        known.map(({ kind, namespace, name }) => `${kind} ${qualified(namespace, name)}`),
        'store',
      );
      if (found.outcome !== 'resolved' || mayUse(reference, reference.namespace, tree)) return found;
      return broken(
        `its conditions do not name the namespace ${reference.namespace}`,
        "Add the namespace to the store's conditions",
      );
    },
  }),
  inManifests<RemoteReference>({
    kind: 'remote secret',
    says: 'What an external secret copies exists at its source, down to the field.',
    find: remoteReferences,
    resolve: remote,
  }),
  inManifests<RemoteReference>({
    kind: 'right to a secret',
    says: 'The account by which an external secret is copied from another namespace may read it.',
    find: remoteReferences,
    resolve: granted,
  }),
  inManifests<TemplateReference>({
    kind: 'template value',
    says: 'A value that the template of an external secret uses is fetched.',
    find: templateValues,
    resolve: ({ value, known }) => among(value, known, 'value of spec.data'),
  }),
  inManifests({
    kind: "store's account",
    says: 'The service account that a store signs in as exists.',
    find: ({ kind, namespace, root }) => {
      if (kind !== 'SecretStore' && kind !== 'ClusterSecretStore') return [];
      const accounts = [
        root.at('spec.provider.kubernetes.auth.serviceAccount'),
        root.at('spec.provider.aws.auth.jwt.serviceAccountRef'),
      ];
      return accounts
        .filter((account) => account.exists)
        .map((account) => ({
          at: account.key('name'),
          value: qualified(account.key('namespace').text ?? namespace, account.key('name').text ?? ''),
        }));
    },
    resolve: ({ value }, { tree }) => among(value, serviceAccountsOf(tree).names, 'service account'),
  }),
];
