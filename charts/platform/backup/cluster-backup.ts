import { ApiObject, type App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { BACKUP_RETENTION, CLUSTER_BACKUPS, SELF_BACKED_CLASSES, VOLUME_DRIVER } from '#catalog/backup.ts';
import { names, systemAccounts } from '#catalog/names.ts';
import { OBJECT_KEEPERS } from '#catalog/stores.ts';
import { Component, type Platform } from '../../lib/component.ts';
import { BackupStorageLocation, Schedule } from '../../lib/velero.ts';

const LOCATION = 'default';
const VOLUME_POLICY = 'volumes';
/** Velero takes the snapshot class with this label for the driver's volumes. */
const FOR_VELERO = { 'velero.io/csi-volumesnapshot-class': 'true' } as const;

/** Velero's volume policies («Resource filtering»): volumes of these classes are left to whoever writes them. */
const volumePolicy = (): string =>
  [
    'version: v1',
    'volumePolicies:',
    '  - conditions:',
    '      storageClass:',
    ...SELF_BACKED_CLASSES.map((storageClass) => `        - ${storageClass}`),
    '    action:',
    '      type: skip',
    '',
  ].join('\n');

/** Where backups of the cluster go, when they are made, and of which volumes. */
export class ClusterBackup extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'backup',
      summary: 'Backups of the cluster: where to, when, and of which volumes.',
      owner: 'platform',
      namespace: systemAccounts.velero.namespace,
      stage: 'access',
    });
    this.#addLocation();
    this.#addSnapshotClass();
    for (const { name, schedule } of CLUSTER_BACKUPS) this.#addSchedule(name, schedule);
    new k8s.KubeConfigMap(this, 'ConfigMap', {
      metadata: this.named(VOLUME_POLICY),
      data: { 'policy.yaml': volumePolicy() },
    });
  }

  #addLocation(): void {
    const { environment } = this.platform;
    new BackupStorageLocation(this, 'BackupStorageLocation', {
      metadata: this.named(LOCATION),
      spec: {
        provider: 'aws',
        default: true,
        accessMode: 'ReadWrite',
        objectStorage: { bucket: names.bucket(environment, OBJECT_KEEPERS.velero.bucket) },
        config: { region: environment.region },
        validationFrequency: '5m',
      },
    });
  }

  /** A snapshot outlives the object that asked for it where data does; Velero removes it with the backup. */
  #addSnapshotClass(): void {
    new ApiObject(this, 'VolumeSnapshotClass', {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshotClass',
      metadata: { name: 'ebs', labels: FOR_VELERO },
      driver: VOLUME_DRIVER,
      deletionPolicy: this.platform.environment.retainData ? 'Retain' : 'Delete',
    });
  }

  #addSchedule(name: string, schedule: string): void {
    new Schedule(this, `Schedule-${name}`, {
      metadata: this.named(name),
      spec: {
        schedule,
        useOwnerReferencesInBackup: false,
        template: {
          ttl: BACKUP_RETENTION,
          storageLocation: LOCATION,
          includedNamespaces: ['*'],
          // They end within an hour, and nobody restores them.
          excludedNamespaceScopedResources: ['events', 'events.events.k8s.io'],
          includeClusterResources: true,
          snapshotVolumes: true,
          snapshotMoveData: false,
          defaultVolumesToFsBackup: false,
          csiSnapshotTimeout: '10m',
          resourcePolicy: { kind: 'ConfigMap', name: VOLUME_POLICY },
        },
      },
    });
  }
}
