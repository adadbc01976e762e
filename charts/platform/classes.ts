import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { VOLUME_DRIVER } from '#catalog/backup.ts';
import type { Environment, Service } from '#catalog/index.ts';
import { names, PLATFORM } from '#catalog/names.ts';
import { Component, type Platform } from '../lib/component.ts';

interface PriorityLevel {
  readonly value: number;
  readonly preempts: boolean;
  readonly description: string;
}

/** Above the default of 0 and below the billion that Kubernetes keeps for itself. */
const PRIORITIES = {
  platform: { value: 2_000_000, preempts: true, description: 'What places, heals and connects everything else.' },
  data: { value: 1_000_000, preempts: true, description: 'Brokers and databases: what everything else waits for.' },
  critical: { value: 100_000, preempts: true, description: 'Services without which events are lost.' },
  standard: { value: 10_000, preempts: true, description: 'Services that people wait for.' },
  background: { value: 1_000, preempts: false, description: 'Work that can wait; it displaces nobody.' },
} as const satisfies Record<Service['priority'] | 'data' | 'platform', PriorityLevel>;

export const priorityClass = (level: keyof typeof PRIORITIES): string => `${PLATFORM}-${level}`;

interface VolumeKind {
  readonly parameters:
    | Readonly<Record<string, string>>
    | ((environment: Environment) => Readonly<Record<string, string>>);
  readonly isDefault: boolean;
  readonly description: string;
}

/** EBS volume types (EBS user guide, «volume types»): 3,000 IOPS and 125 MiB/s are what every gp3 volume has. */
const VOLUMES = {
  'fast-ssd': {
    parameters: ({ volumeThroughput }: Environment) => ({
      type: 'gp3',
      iops: '3000',
      throughput: String(volumeThroughput),
    }),
    isDefault: false,
    description: 'Logs of brokers and databases: sequential, so more throughput rather than more operations.',
  },
  standard: { parameters: { type: 'gp3' }, isDefault: true, description: 'Everything that does not say otherwise.' },
  archive: {
    parameters: { type: 'sc1' },
    isDefault: false,
    description: 'Cold throughput at a fifth of the price; 125 GiB at least.',
  },
} as const satisfies Record<string, VolumeKind>;

export type StorageClassName = keyof typeof VOLUMES;

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
    for (const [name, volume] of Object.entries(VOLUMES)) this.#addStorageClass(name, volume);
    for (const [level, priority] of Object.entries(PRIORITIES)) this.#addPriorityClass(level, priority);
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
