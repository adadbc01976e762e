import type { Manifest } from '#verify/tree/manifest.ts';
import type { Node } from '#verify/tree/node.ts';
import type { Tree } from '#verify/tree/tree.ts';
import { type Draft, get, set, unset } from './output.ts';

export const HOWS = ['deleted', 'widened', 'mistyped'] as const;
export type How = (typeof HOWS)[number];

/** A place of the output that says what is let through, and how to change it. */
export interface Site {
  /** `NetworkPolicy kafka/allow-kafka`, `AWS::IAM::Role Role1` */
  readonly object: string;
  readonly path: string;
  readonly value: unknown;
  change(draft: Draft, how: How): void;
}

export const keyOf = ({ kind, namespace, name }: Manifest): string =>
  namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;

/** Every field and every item below a node. */
export const placesBelow = (node: Node): readonly Node[] => [
  ...node.entries().flatMap(([, child]) => [child, ...placesBelow(child)]),
  ...node.items().flatMap((child) => [child, ...placesBelow(child)]),
];

/** What lets more through, by the field's name; other texts become the wildcard, and what holds more holds nothing. */
const WIDER: Readonly<Record<string, unknown>> = {
  cidr: '0.0.0.0/0',
  CidrIp: '0.0.0.0/0',
  patternType: 'prefix',
  operations: ['All'],
  IpProtocol: '-1',
  ToPort: 65_535,
  FromPort: 0,
  Action: '*',
  Resource: '*',
};

const lastKey = (path: string): string => /(?<name>[^.[\]"]+)(?:\["|"\]|\[\d+\])*$/.exec(path)?.groups?.name ?? '';

/** What a place becomes when it is widened; it may be as wide already. */
export function widened(path: string, value: unknown): unknown {
  const key = lastKey(path);
  if (key in WIDER) return WIDER[key];
  if (Array.isArray(value)) return [];
  return typeof value === 'object' ? {} : '*';
}

function mistyped(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return typeof value === 'string' ? `${value}x` : { mistyped: value };
}

function changed(root: unknown, path: string, how: How): void {
  if (how === 'deleted') unset(root, path);
  else set(root, path, how === 'widened' ? widened(path, get(root, path)) : mistyped(get(root, path)));
}

const inManifest = (manifest: Manifest, { path, value }: Node): Site => ({
  object: keyOf(manifest),
  path,
  value,
  change: (draft, how) => changed(draft.object(keyOf(manifest)), path, how),
});

/** Objects whose only purpose is to say who may do what, and where in them it is said. */
const RULES: Readonly<Record<string, string>> = {
  NetworkPolicy: 'spec',
  KafkaUser: 'spec.authorization',
  AuthorizationPolicy: 'spec',
  PeerAuthentication: 'spec',
  Sidecar: 'spec',
  ServiceEntry: 'spec',
};

export const rulesIn = (tree: Tree): readonly Site[] =>
  Object.entries(RULES).flatMap(([kind, path]) =>
    tree
      .ofKind(kind)
      .flatMap((manifest) => placesBelow(manifest.root.at(path)).map((node) => inManifest(manifest, node))),
  );

/** Resources of AWS that say who reaches data: groups, and roles that pods use for objects and secrets. */
const TYPES = /^AWS::(?:EC2::SecurityGroup(?:Ingress|Egress)?|EKS::PodIdentityAssociation|IAM::Role)$/;
const DATA = /"(?:s3|secretsmanager|kms):/;
const PODS = 'pods.eks.amazonaws.com';

const isAboutData = (type: string, properties: Node): boolean => {
  const text = JSON.stringify(properties.value);
  return type !== 'AWS::IAM::Role' || (DATA.test(text) && text.includes(PODS) && !text.includes('"ec2:'));
};

/** Names, descriptions and tags let nobody through. */
const WORDS = /\.(?:Tags|Description|GroupDescription|RoleName|PolicyName|Version|Sid)\b/;

export const awsRulesIn = (tree: Tree): readonly Site[] =>
  tree.templates.flatMap(({ stack, resources }) =>
    resources
      .filter(({ type, properties }) => TYPES.test(type) && isAboutData(type, properties))
      .flatMap(({ type, logicalId, properties }) =>
        placesBelow(properties)
          .filter(({ path }) => !WORDS.test(path))
          .map(({ path, value }): Site => {
            const inside = path.slice(properties.path.length + 1);
            return {
              object: `${type} ${logicalId}`,
              path: inside,
              value,
              change: (draft, how) => draft.changeResource({ stack, logicalId }, (root) => changed(root, inside, how)),
            };
          }),
      ),
  );
