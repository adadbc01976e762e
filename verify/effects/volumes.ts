import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';
import { ownerOf } from '../world/components.ts';
import { mebibytesOf } from '../world/quantity.ts';

/** Disks that a controller makes for one object. */
export interface VolumeClaim {
  readonly owner: string;
  /** `KafkaNodePool kafka/brokers` */
  readonly origin: string;
  readonly storageClass?: string;
  readonly gib: number;
  readonly count: number;
  /** Whether the disks go when the object goes, by its own settings; the storage class must allow it too. */
  readonly goesWithObject: boolean;
}

export interface StorageClassShape {
  readonly type: string;
  readonly iops: number;
  readonly throughput: number;
  readonly reclaims: boolean;
}

const MIB_PER_GIB = 1_024;
const gibOf = (size: Node): number => mebibytesOf(size) / MIB_PER_GIB;

interface Found {
  readonly storageClass: string | undefined;
  readonly gib: number;
  readonly count: number;
  readonly goesWithObject: boolean;
}

/** A claim's own words for size and class. */
const ofClaimSpec = (spec: Node, count: number, goesWithObject: boolean): Found => ({
  storageClass: spec.key('storageClassName').text,
  gib: gibOf(spec.at('resources.requests.storage')),
  count,
  goesWithObject,
});

const kafkaVolumes = ({ root }: Manifest): readonly Found[] => {
  const storage = root.at('spec.storage');
  const volumes = storage.key('type').text === 'jbod' ? storage.list('volumes') : [storage];
  return volumes
    .filter((volume) => volume.key('type').text === 'persistent-claim')
    .map((volume) => ({
      storageClass: volume.key('class').text,
      gib: gibOf(volume.key('size')),
      count: root.at('spec.replicas').number ?? 1,
      goesWithObject: volume.key('deleteClaim').value === true,
    }));
};

const statefulSetVolumes = ({ root }: Manifest): readonly Found[] => {
  const goes = root.at('spec.persistentVolumeClaimRetentionPolicy.whenDeleted').text === 'Delete';
  const replicas = root.at('spec.replicas').number ?? 1;
  return root.list('spec.volumeClaimTemplates').map((claim) => ofClaimSpec(claim.key('spec'), replicas, goes));
};

/** CloudNativePG deletes the claims of a cluster with it: it owns them. */
const postgresVolumes = ({ root }: Manifest): readonly Found[] =>
  ['spec.storage', 'spec.walStorage']
    .map((path) => root.at(path))
    .filter((storage) => storage.exists)
    .map((storage) => ({
      storageClass: storage.key('storageClass').text,
      gib: gibOf(storage.key('size')),
      count: root.at('spec.instances').number ?? 1,
      goesWithObject: true,
    }));

/** The Prometheus operator makes StatefulSets, which keep their claims unless the object says otherwise. */
const monitoringVolumes = ({ root }: Manifest): readonly Found[] => {
  const spec = root.at('spec.storage.volumeClaimTemplate.spec');
  const goes = root.at('spec.persistentVolumeClaimRetentionPolicy.whenDeleted').text === 'Delete';
  return spec.exists ? [ofClaimSpec(spec, root.at('spec.replicas').number ?? 1, goes)] : [];
};

const FINDERS: Readonly<Record<string, (manifest: Manifest) => readonly Found[]>> = {
  'kafka.strimzi.io KafkaNodePool': kafkaVolumes,
  'apps StatefulSet': statefulSetVolumes,
  ' PersistentVolumeClaim': ({ root }) => [ofClaimSpec(root.key('spec'), 1, true)],
  'postgresql.cnpg.io Cluster': postgresVolumes,
  'monitoring.coreos.com Prometheus': monitoringVolumes,
  'monitoring.coreos.com Alertmanager': monitoringVolumes,
  'monitoring.coreos.com ThanosRuler': monitoringVolumes,
};

/** Disks that the objects of a tree lead to. */
export function volumeClaimsOf(manifests: readonly Manifest[]): readonly VolumeClaim[] {
  return manifests.flatMap((manifest) => {
    const find = FINDERS[`${manifest.group} ${manifest.kind}`];
    const origin = `${manifest.kind} ${manifest.namespace ?? ''}/${manifest.name}`;
    return (find?.(manifest) ?? []).map(
      ({ storageClass, ...found }): VolumeClaim => ({
        owner: ownerOf(manifest),
        origin,
        ...(storageClass === undefined ? {} : { storageClass }),
        ...found,
      }),
    );
  });
}

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';
/** gp3's own allowance (EBS user guide). */
export const GP3_ALLOWANCE = { iops: 3_000, throughput: 125 } as const;

/** The class that a claim names, or the default one; nothing when the tree has neither. */
export function storageClassOf(tree: Tree, name: string | undefined): StorageClassShape | undefined {
  const classes = tree.ofKind('StorageClass');
  const found =
    name === undefined
      ? classes.find(({ root }) => root.at('metadata.annotations').key(DEFAULT_CLASS).text === 'true')
      : classes.find((one) => one.name === name);
  if (!found) return undefined;
  const parameters = found.root.key('parameters').texts;
  return {
    type: parameters.type ?? 'gp3',
    iops: Number(parameters.iops ?? GP3_ALLOWANCE.iops),
    throughput: Number(parameters.throughput ?? GP3_ALLOWANCE.throughput),
    // Kubernetes deletes what says nothing.
    reclaims: found.root.key('reclaimPolicy').text !== 'Retain',
  };
}
