import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { VOLUME_DRIVER } from '#catalog/backup.ts';
import { type PriorityLevel, priorities, type VolumeKind, volumeKinds } from '#catalog/classes.ts';
import type { Environment } from '#catalog/index.ts';
import { names, PLATFORM } from '#catalog/names.ts';
import { Component, type Platform } from '../lib/component.ts';

export const priorityClass = (level: keyof typeof priorities): string => names.priorityClass(level);

export type StorageClassName = keyof typeof volumeKinds;

/** The cluster's own key, which infra lets the volume driver use. */
const volumeKey = (environment: Environment): string =>
  `arn:aws:kms:${environment.region}:${environment.account}:${names.keyAlias(environment, 'volumes')}`;

/** Storage classes and priority classes. */
export class Classes extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'classes',
      summary: 'Storage classes and priority classes.',
      owner: 'platform',
      namespace: 'kube-system',
      stage: 'foundation',
    });
    for (const [name, volume] of Object.entries(volumeKinds)) this.#addStorageClass(name, volume);
    for (const [level, priority] of Object.entries(priorities)) this.#addPriorityClass(level, priority);
  }

  #addStorageClass(name: string, { parameters, isDefault, description }: VolumeKind): void {
    const { environment } = this.platform;
    new k8s.KubeStorageClass(this, `StorageClass-${name}`, {
      metadata: {
        name,
        annotations: {
          'storageclass.kubernetes.io/is-default-class': String(isDefault),
          [`${PLATFORM}/summary`]: description,
        },
      },
      provisioner: VOLUME_DRIVER,
      parameters: {
        ...(typeof parameters === 'function' ? parameters(environment) : parameters),
        encrypted: 'true',
        kmsKeyId: volumeKey(environment),
      },
      reclaimPolicy: environment.retainData ? 'Retain' : 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    });
  }

  #addPriorityClass(level: string, { value, preempts, description }: PriorityLevel): void {
    new k8s.KubePriorityClass(this, `PriorityClass-${level}`, {
      metadata: { name: `${PLATFORM}-${level}` },
      value,
      description,
      globalDefault: false,
      preemptionPolicy: preempts ? 'PreemptLowerPriority' : 'Never',
    });
  }
}
