import { GITOPS } from '#catalog/delivery.ts';
import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';
import { CLUSTER_WIDE_KINDS } from '../world/built-in.ts';
import { among, qualified } from './answers.ts';
import {
  broken,
  inManifests,
  type Reference,
  type ReferenceRow,
  type Resolution,
  resolved,
  type Surroundings,
} from './row.ts';

/** What Argo CD calls the cluster that it runs in. */
const OWN_CLUSTER = 'https://kubernetes.default.svc';

interface ProjectReference extends Reference {
  readonly project: Manifest | undefined;
}
interface AppliedReference extends ProjectReference {
  readonly applied: Manifest;
}

const isApplication = ({ kind, group }: Manifest): boolean => kind === 'Application' && group === 'argoproj.io';

const sourcesOf = ({ root }: Manifest): readonly Node[] => {
  const single = root.at('spec.source');
  return single.exists ? [single] : root.list('spec.sources');
};

/** The folders of the GitOps repository, which is what stands below `gitops/`. */
const folderOf = ({ file }: Manifest): string =>
  file
    .replace(/^gitops\//, '')
    .split('/')
    .slice(0, -1)
    .join('/');

const folders = (tree: Tree): ReadonlyMap<string, readonly Manifest[]> => Map.groupBy(tree.manifests, folderOf);
export const foldersOf = (tree: Tree): ReadonlyMap<string, readonly Manifest[]> => tree.derive(folders);

const ownPaths = (application: Manifest): readonly Node[] =>
  sourcesOf(application)
    .filter((source) => source.key('repoURL').text === GITOPS.repository)
    .map((source) => source.key('path'));

const projectOf = (tree: Tree, { namespace, root }: Manifest): Manifest | undefined =>
  tree.find('AppProject', namespace, root.at('spec.project').text ?? '');

/** Argo CD's globs: `*` is any text. */
function globMatches(glob: string, text: string): boolean {
  const parts = glob.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

const anyMatches = (globs: readonly Node[], text: string): boolean =>
  globs.some((glob) => globMatches(glob.text ?? '', text));

const permits = (list: readonly Node[], { group, kind }: Pick<Manifest, 'group' | 'kind'>): boolean =>
  list.some(
    (entry) => globMatches(entry.key('group').text ?? '', group) && globMatches(entry.key('kind').text ?? '', kind),
  );

function repository({ value, project }: ProjectReference): Resolution {
  if (!project || anyMatches(project.root.list('spec.sourceRepos'), value)) return resolved;
  return broken(`the project ${project.name} does not allow this repository`, "Add it to the project's sourceRepos");
}

/** A missing whitelist of namespaced kinds allows all of them; a missing one of cluster-wide kinds allows none. */
function allowedKind(project: Manifest, applied: Manifest): boolean {
  const spec = project.root.key('spec');
  if (CLUSTER_WIDE_KINDS.has(applied.kind)) return permits(spec.list('clusterResourceWhitelist'), applied);
  return !spec.key('namespaceResourceWhitelist').exists || permits(spec.list('namespaceResourceWhitelist'), applied);
}

function applies({ project, applied }: AppliedReference): Resolution {
  if (!project) return resolved;
  if (!allowedKind(project, applied))
    return broken(
      `the project ${project.name} does not allow the kind ${applied.kind}`,
      "Add the kind to the project's whitelist",
    );
  const spaces = project.root.list('spec.destinations').map((destination) => destination.key('namespace'));
  if (applied.namespace === undefined || anyMatches(spaces, applied.namespace)) return resolved;
  return broken(
    `the project ${project.name} does not reach the namespace ${applied.namespace}`,
    "Add it to the project's destinations",
  );
}

const forApplications =
  <Found extends Reference>(find: (application: Manifest, surroundings: Surroundings) => readonly Found[]) =>
  (manifest: Manifest, surroundings: Surroundings): readonly Found[] =>
    isApplication(manifest) ? find(manifest, surroundings) : [];

export const deliveryRows: readonly ReferenceRow[] = [
  inManifests<Reference & { readonly namespace: string | undefined }>({
    kind: 'project',
    says: 'The project of an application exists.',
    find: forApplications(({ root, namespace }) => [
      { at: root.at('spec.project'), value: root.at('spec.project').text ?? 'missing', namespace },
    ]),
    resolve: ({ value, namespace }, { tree }) => {
      const known = tree.ofKind('AppProject').filter((project) => project.namespace === namespace);
      return among(
        value,
        known.map(({ name }) => name),
        `AppProject in ${namespace}`,
      );
    },
  }),
  inManifests({
    kind: 'destination',
    says: 'An application is applied to the cluster that Argo CD runs in.',
    find: ({ kind, group, root }) => {
      if (group !== 'argoproj.io') return [];
      const single = kind === 'Application' ? [root.at('spec.destination')] : [];
      const allowed = kind === 'AppProject' ? root.list('spec.destinations') : [];
      return [...single, ...allowed]
        .map((destination) => destination.key('server'))
        .map((at) => ({ at, value: at.text ?? 'missing' }));
    },
    resolve: ({ value }) => among(value, [OWN_CLUSTER], 'cluster'),
  }),
  inManifests({
    kind: 'path',
    says: 'The folder that an application applies is in the tree.',
    find: forApplications((application) => ownPaths(application).map((at) => ({ at, value: at.text ?? 'missing' }))),
    resolve: ({ value }, { tree }) =>
      among(value.replace(/\/$/, ''), [...foldersOf(tree).keys()], 'folder of the tree'),
  }),
  inManifests<ProjectReference>({
    kind: 'repository',
    says: 'An application reads from a repository that its project allows.',
    find: forApplications((application, { tree }) =>
      sourcesOf(application)
        .map((source) => source.key('repoURL'))
        .map((at) => ({ at, value: at.text ?? 'missing', project: projectOf(tree, application) })),
    ),
    resolve: repository,
  }),
  inManifests<AppliedReference>({
    kind: 'applied object',
    says: 'What an application applies is of a kind and in a namespace that its project allows.',
    find: forApplications((application, { tree }) =>
      ownPaths(application).flatMap((at) =>
        (foldersOf(tree).get(at.text ?? '') ?? []).map((applied) => ({
          at,
          value: `${applied.kind} ${qualified(applied.namespace, applied.name)}`,
          project: projectOf(tree, application),
          applied,
        })),
      ),
    ),
    resolve: applies,
  }),
];
