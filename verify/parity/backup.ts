import { BACKUP_RETENTION, CLUSTER_BACKUPS, VOLUME_DRIVER } from '#catalog/backup.ts';
import { names } from '#catalog/names.ts';
import { OBJECT_KEEPERS } from '#catalog/stores.ts';
import { foundIn, type ParityRow } from './row.ts';

const GROUP = 'velero.io';

export const backupRows: readonly ParityRow[] = [
  {
    kind: 'backup schedule',
    says: 'The cluster is backed up as often, and its backups are kept as long, as is declared.',
    declared: () =>
      CLUSTER_BACKUPS.map(({ name, schedule }) => ({
        key: name,
        by: `CLUSTER_BACKUPS.${name}`,
        facts: { 'spec.schedule': schedule, 'spec.template.ttl': BACKUP_RETENTION },
      })),
    found: ({ tree }) =>
      tree.ofKind('Schedule', GROUP).map((schedule) =>
        foundIn(schedule, schedule.name, {
          'spec.schedule': schedule.root.at('spec.schedule').text,
          'spec.template.ttl': schedule.root.at('spec.template.ttl').text,
        }),
      ),
  },
  {
    kind: 'backup location',
    says: 'Backups of the cluster go to their bucket in the region of the environment.',
    declared: ({ tree }) => [
      {
        key: names.bucket(tree.environment, OBJECT_KEEPERS.velero.bucket),
        by: 'OBJECT_KEEPERS.velero',
        facts: { 'spec.config.region': tree.environment.region, 'spec.default': 'true' },
      },
    ],
    found: ({ tree }) =>
      tree.ofKind('BackupStorageLocation', GROUP).map((location) =>
        foundIn(location, location.root.at('spec.objectStorage.bucket').text ?? '', {
          'spec.config.region': location.root.at('spec.config.region').text,
          'spec.default': String(location.root.at('spec.default').value),
        }),
      ),
  },
  {
    kind: 'snapshot class',
    says: 'Snapshots of volumes are made by the driver of the volumes, and go where data goes.',
    declared: ({ tree }) => [
      {
        key: VOLUME_DRIVER,
        by: 'VOLUME_DRIVER',
        facts: {
          deletionPolicy: tree.environment.retainData ? 'Retain' : 'Delete',
          'metadata.labels["velero.io/csi-volumesnapshot-class"]': 'true',
        },
      },
    ],
    found: ({ tree }) =>
      tree.ofKind('VolumeSnapshotClass').map((snapshots) =>
        foundIn(snapshots, snapshots.root.key('driver').text ?? '', {
          deletionPolicy: snapshots.root.key('deletionPolicy').text,
          'metadata.labels["velero.io/csi-volumesnapshot-class"]':
            snapshots.root.at('metadata.labels').texts['velero.io/csi-volumesnapshot-class'],
        }),
      ),
  },
];
