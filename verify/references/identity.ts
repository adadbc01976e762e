import type { Catalog } from '#catalog/index.ts';
import { systemAccounts } from '#catalog/names.ts';
import type { Manifest } from '../tree/manifest.ts';
import { BUILT_IN_CLUSTER_ROLES } from '../world/built-in.ts';
import { serviceAccountsOf } from '../world/objects.ts';
import { podSpecOf } from '../world/pods.ts';
import { among, qualified } from './answers.ts';
import {
  inManifests,
  inResources,
  type Reference,
  type ReferenceRow,
  type Resolution,
  resolved,
  type Surroundings,
  trusted,
} from './row.ts';

interface RoleReference extends Reference {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

const BINDINGS: ReadonlySet<string> = new Set(['RoleBinding', 'ClusterRoleBinding']);

/** Kinds whose operators make pods of an account that the object names. */
const OPERATED: ReadonlySet<string> = new Set(['monitoring.coreos.com/Prometheus']);

function podAccount(manifest: Manifest): readonly Reference[] {
  const isOperated = OPERATED.has(`${manifest.group}/${manifest.kind}`);
  const at = (isOperated ? manifest.root.key('spec') : podSpecOf(manifest))?.key('serviceAccountName');
  return at?.text === undefined ? [] : [{ at, value: qualified(manifest.namespace, at.text) }];
}

function subjects({ kind, namespace, root }: Manifest): readonly Reference[] {
  if (!BINDINGS.has(kind)) return [];
  return root
    .list('subjects')
    .filter((subject) => subject.key('kind').text === 'ServiceAccount')
    .map((subject) => ({
      at: subject.key('name'),
      value: qualified(subject.key('namespace').text ?? namespace, subject.key('name').text ?? ''),
    }));
}

/** Accounts of parts whose charts are not rendered here; that of Prometheus is in this tree. */
const installed: ReadonlySet<string> = new Set(
  Object.values({ ...systemAccounts, prometheus: undefined })
    .filter((account) => account !== undefined)
    .map(({ namespace, serviceAccount }) => qualified(namespace, serviceAccount)),
);

/** Accounts of parts that charts of ours render: the tree has them, or they are missing. */
const ofParts = ({ parts }: Catalog): readonly string[] =>
  parts.flatMap(({ namespace, pods }) => pods.map(({ serviceAccount }) => qualified(namespace, serviceAccount)));

function account({ value }: Reference, { tree, catalog }: Surroundings): Resolution {
  const known = serviceAccountsOf(tree).names;
  if (!known.includes(value) && installed.has(value) && !ofParts(catalog).includes(value))
    return trusted(
      'service accounts of installed charts',
      'catalog/names.ts names them; the charts are not rendered here',
    );
  return among(value, known, 'service account');
}

function role({ kind, namespace, name }: RoleReference, { tree }: Surroundings): Resolution {
  if (kind === 'ClusterRole' && (BUILT_IN_CLUSTER_ROLES.has(name) || name.startsWith('system:'))) return resolved;
  const candidates = tree
    .ofKind(kind)
    .filter((candidate) => kind === 'ClusterRole' || candidate.namespace === namespace);
  return among(
    name,
    candidates.map((candidate) => candidate.name),
    kind === 'ClusterRole' ? 'cluster role' : 'role of this namespace',
  );
}

export const identityRows: readonly ReferenceRow[] = [
  inManifests({
    kind: 'service account',
    says: 'The service account that a pod runs as is in its namespace.',
    find: podAccount,
    resolve: account,
  }),
  inManifests({
    kind: 'subject',
    says: 'The service accounts that a role is bound to exist.',
    find: subjects,
    resolve: account,
  }),
  inManifests<RoleReference>({
    kind: 'role',
    says: 'The role that a binding grants exists.',
    find: ({ kind, namespace, root }) => {
      const at = root.at('roleRef.name');
      if (!BINDINGS.has(kind) || at.text === undefined) return [];
      return [{ at, value: at.text, name: at.text, kind: root.at('roleRef.kind').text ?? '', namespace }];
    },
    resolve: role,
  }),
  inResources({
    kind: 'pod identity',
    says: 'The service account that AWS gives a role to exists in the cluster.',
    find: ({ type, properties }) => {
      const at = properties.key('ServiceAccount');
      if (type !== 'AWS::EKS::PodIdentityAssociation' || at.text === undefined) return [];
      return [{ at, value: qualified(properties.key('Namespace').text, at.text) }];
    },
    resolve: account,
  }),
];
