import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';

/** A right that is wider than anybody needs, and what would be narrower. */
export interface Excess {
  readonly manifest: Manifest;
  readonly at: Node;
  readonly rule: string;
  readonly fix: string;
}

const textsOf = (nodes: readonly Node[]): readonly string[] => nodes.flatMap(({ text }) => text ?? []);

/** Verbs by which whoever has them gives himself more (Kubernetes, «RBAC Good Practices»). */
const CLIMBING = ['escalate', 'bind', 'impersonate'];
/** Resources that lead to a shell in a pod, or to the identity of another account. */
const DOORS = ['pods/exec', 'pods/attach', 'pods/portforward', 'serviceaccounts/token', 'nodes/proxy'];
const EVERYBODY = ['system:anonymous', 'system:unauthenticated', 'system:authenticated', 'system:masters'];

interface Rule {
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  readonly names: readonly string[];
  readonly at: Node;
}

const rulesIn = ({ root }: Manifest): readonly Rule[] =>
  root.list('rules').map((at) => ({
    at,
    verbs: textsOf(at.list('verbs')),
    resources: textsOf(at.list('resources')),
    names: textsOf(at.list('resourceNames')),
  }));

const TOO_WIDE: readonly {
  readonly is: (rule: Rule) => boolean;
  readonly rule: string;
  readonly fix: string;
}[] = [
  {
    is: ({ verbs, resources, at }) => [...verbs, ...resources, ...textsOf(at.list('apiGroups'))].includes('*'),
    rule: 'a star stands for whatever comes to be as well',
    fix: 'Name the groups, resources and verbs',
  },
  {
    is: ({ verbs }) => verbs.some((verb) => CLIMBING.includes(verb)),
    rule: `${CLIMBING.join(', ')} let whoever has them take any right`,
    fix: 'Leave them out',
  },
  {
    is: ({ resources, names }) => resources.includes('secrets') && names.length === 0,
    rule: 'every secret of the namespace, or of the cluster, can be read',
    fix: 'Name the secrets in resourceNames',
  },
  {
    is: ({ verbs, resources }) => resources.some((resource) => DOORS.includes(resource)) && verbs.length > 0,
    rule: `${DOORS.join(', ')} lead into pods or to their identities`,
    fix: 'Leave them out',
  },
];

const ofRoles = (tree: Tree): readonly Excess[] =>
  ['Role', 'ClusterRole']
    .flatMap((kind) => tree.ofKind(kind))
    .flatMap((manifest) =>
      rulesIn(manifest).flatMap((rule) =>
        TOO_WIDE.filter(({ is }) => is(rule)).map(({ rule: says, fix }) => ({
          manifest,
          at: rule.at,
          rule: says,
          fix,
        })),
      ),
    );

function ofBinding(manifest: Manifest): readonly Excess[] {
  const role = manifest.root.at('roleRef.name');
  const wide = role.text === 'cluster-admin' || (manifest.kind === 'ClusterRoleBinding' && role.text === 'admin');
  const strangers = manifest.root
    .list('subjects')
    .map((subject) => subject.key('name'))
    .filter(({ text }) => EVERYBODY.includes(text ?? ''));
  const fix = 'Bind a role of its own to the account that needs it';
  return [
    ...(wide ? [{ manifest, at: role, rule: 'it gives every right there is', fix }] : []),
    ...strangers.map((at) => ({ manifest, at, rule: 'it gives a right to everybody', fix })),
  ];
}

/** Rights of the roles and bindings that this tree itself brings. */
export const excessesIn = (tree: Tree): readonly Excess[] => [
  ...ofRoles(tree),
  ...['RoleBinding', 'ClusterRoleBinding'].flatMap((kind) => tree.ofKind(kind)).flatMap(ofBinding),
];
