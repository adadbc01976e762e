import type { Manifest } from '../tree/manifest.ts';
import { type Fields, isFields } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';
import { podTemplateOf } from '../world/pods.ts';

/** An object that the cluster would be asked to admit, and the manifest that it comes from. */
export interface Subject {
  readonly manifest: Manifest;
  /** `pods`, `services`: as rules name resources. */
  readonly resource: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly object: Fields;
  /** Where the object stands in its manifest: a pod is below its workload. */
  readonly path: string;
}

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

/** The pod that a template leads to, as whoever makes it would ask for it. */
function podOf(manifest: Manifest): Subject | undefined {
  const template = podTemplateOf(manifest);
  if (!template) return undefined;
  const { namespace = '' } = manifest;
  const metadata = { ...fieldsOf(template.key('metadata').value), namespace, generateName: `${manifest.name}-` };
  return {
    manifest,
    resource: 'pods',
    group: '',
    version: 'v1',
    namespace,
    object: { apiVersion: 'v1', kind: 'Pod', metadata, spec: fieldsOf(template.key('spec').value) },
    path: template.path,
  };
}

/** `NetworkPolicy` → `networkpolicies`, as the API server forms the names of its resources. */
const pluralOf = (kind: string): string => {
  const word = kind.toLowerCase();
  if (word.endsWith('y')) return `${word.slice(0, -1)}ies`;
  return word.endsWith('s') ? `${word}es` : `${word}s`;
};

const itself = (manifest: Manifest): Subject => ({
  manifest,
  resource: pluralOf(manifest.kind),
  group: manifest.group,
  version: manifest.version,
  namespace: manifest.namespace ?? '',
  object: manifest.object,
  path: '',
});

/** Pods of every workload of the tree, whatever kind runs them. */
export const podsIn = ({ manifests }: Tree): readonly Subject[] =>
  manifests.flatMap((manifest) => podOf(manifest) ?? []);

/** Everything that admission looks at: the objects themselves and the pods that come of them. */
export const subjectsIn = (tree: Tree): readonly Subject[] => tree.derive(allSubjects);
const allSubjects = (tree: Tree): readonly Subject[] => [
  ...tree.manifests.filter(({ kind, group }) => kind !== 'Pod' || group !== '').map(itself),
  ...podsIn(tree),
];
