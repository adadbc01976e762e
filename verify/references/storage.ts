import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { containersOf, podSpecOf } from '../world/pods.ts';
import { among, qualified } from './answers.ts';
import { inManifests, type Reference, type ReferenceRow } from './row.ts';

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
];
