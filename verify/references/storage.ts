import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';
import { containersOf, podSpecOf } from '../world/pods.ts';
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

interface MountReference extends Reference {
  readonly volumes: readonly string[];
}

/** Where each kind names the storage class of its volumes. */
const CLASS_FIELDS: Readonly<Record<string, (root: Node) => readonly Node[]>> = {
  PersistentVolumeClaim: (root) => [root.at('spec.storageClassName')],
  StatefulSet: (root) => root.list('spec.volumeClaimTemplates').map((claim) => claim.at('spec.storageClassName')),
  KafkaNodePool: (root) => [
    root.at('spec.storage.class'),
    ...root.list('spec.storage.volumes').map((volume) => volume.key('class')),
  ],
  Cluster: (root) => [root.at('spec.storage.storageClass'), root.at('spec.walStorage.storageClass')],
};

const named = (fields: readonly Node[]): readonly Reference[] =>
  fields.flatMap((at) => (at.text === undefined ? [] : [{ at, value: at.text }]));

function claims(manifest: Manifest): readonly Reference[] {
  const volumes = podSpecOf(manifest)?.list('volumes') ?? [];
  return volumes
    .map((volume) => volume.at('persistentVolumeClaim.claimName'))
    .flatMap((at) => (at.text === undefined ? [] : [{ at, value: qualified(manifest.namespace, at.text) }]));
}

function mounts(manifest: Manifest): readonly MountReference[] {
  const podSpec = podSpecOf(manifest);
  if (!podSpec) return [];
  const own = podSpec.list('volumes').map((volume) => volume.key('name').text ?? '');
  const claimed = manifest.root.list('spec.volumeClaimTemplates').map((claim) => claim.at('metadata.name').text ?? '');
  return containersOf(podSpec)
    .flatMap((container) => container.list('volumeMounts'))
    .map((mount) => mount.key('name'))
    .map((at) => ({ at, value: at.text ?? '', volumes: [...own, ...claimed] }));
}

interface FileReference extends Reference {
  readonly mounts: readonly Mount[];
}
interface Mount {
  readonly path: string;
  /** Files below it; nothing where the volume's content is not known beforehand. */
  readonly files: readonly string[] | undefined;
}

/** The files that a source of keys becomes: those that are picked, or nothing known when all are taken. */
const picked = (source: Node): readonly string[] | undefined => {
  const items = source.list('items');
  return items.length === 0 ? undefined : items.map((item) => item.key('path').text ?? '');
};

function filesOf(volume: Node): readonly string[] | undefined {
  const sources = volume.list('projected.sources').map((source) => {
    const data = source.key('secret').exists ? source.key('secret') : source.key('configMap');
    return picked(data);
  });
  if (volume.key('projected').exists) return sources.every((files) => files !== undefined) ? sources.flat() : undefined;
  return [volume.key('secret'), volume.key('configMap')].map(picked).find((files) => files !== undefined);
}

function mountsOf(podSpec: Node, container: Node): readonly Mount[] {
  return container.list('volumeMounts').map((mount) => {
    const volume = podSpec.list('volumes').find((candidate) => candidate.key('name').text === mount.key('name').text);
    return { path: mount.key('mountPath').text ?? '', files: volume ? filesOf(volume) : undefined };
  });
}

/** Variables that name a file end in `_FILE`; those of a config map count for every container that takes it whole. */
function fileVariables(container: Node, manifest: Manifest, tree: Tree): readonly Node[] {
  const single = container.list('env').filter((variable) => /_FILE$/.test(variable.key('name').text ?? ''));
  const maps = container.list('envFrom').flatMap((from) => {
    const map = tree.find('ConfigMap', manifest.namespace, from.at('configMapRef.name').text ?? '');
    return (
      map?.root
        .key('data')
        .entries()
        .filter(([name]) => name.endsWith('_FILE')) ?? []
    );
  });
  return [...single.map((variable) => variable.key('value')), ...maps.map(([, value]) => value)];
}

function files(manifest: Manifest, { tree }: Surroundings): readonly FileReference[] {
  const podSpec = podSpecOf(manifest);
  if (!podSpec) return [];
  return containersOf(podSpec).flatMap((container) => {
    const mounted = mountsOf(podSpec, container);
    return fileVariables(container, manifest, tree).flatMap((at) =>
      at.text === undefined ? [] : [{ at, value: at.text, mounts: mounted }],
    );
  });
}

function mountedFile({ value, mounts: mounted }: FileReference): Resolution {
  const mount = mounted.find(({ path }) => value.startsWith(`${path}/`));
  if (!mount) return broken('nothing is mounted there', 'Mount the volume that has the file');
  if (mount.files === undefined || mount.files.includes(value.slice(mount.path.length + 1))) return resolved;
  return broken(
    `the volume mounted at ${mount.path} has ${mount.files.join(', ')}`,
    'Pick the key that becomes this file',
  );
}

export const storageRows: readonly ReferenceRow[] = [
  inManifests({
    kind: 'claim',
    says: 'A volume claim that a pod mounts is in its namespace.',
    find: claims,
    resolve: ({ value }, { tree }) => {
      const known = tree.ofKind('PersistentVolumeClaim').map(({ namespace, name }) => qualified(namespace, name));
      return among(value, known, 'persistent volume claim');
    },
  }),
  inManifests({
    kind: 'storage class',
    says: 'A storage class that volumes ask for exists.',
    find: ({ kind, root }) => named(CLASS_FIELDS[kind]?.(root) ?? []),
    resolve: ({ value }, { tree }) =>
      among(
        value,
        tree.ofKind('StorageClass').map(({ name }) => name),
        'storage class',
      ),
  }),
  inManifests<MountReference>({
    kind: 'volume',
    says: 'What a container mounts is a volume of its pod.',
    find: mounts,
    resolve: ({ value, volumes }) => among(value, volumes, 'volume of the pod'),
  }),
  inManifests<FileReference>({
    kind: 'mounted file',
    says: 'A file that a variable names is mounted into the container.',
    find: files,
    resolve: mountedFile,
  }),
];
