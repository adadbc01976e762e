import type { Environment, Service } from './model/index.ts';

export interface PriorityLevel {
  readonly value: number;
  readonly preempts: boolean;
  readonly description: string;
}

/** Above the default of 0 and below the billion that Kubernetes keeps for itself. */
export const priorities = {
  platform: { value: 2_000_000, preempts: true, description: 'What places, heals and connects everything else.' },
  data: { value: 1_000_000, preempts: true, description: 'Brokers and databases: what everything else waits for.' },
  critical: { value: 100_000, preempts: true, description: 'Services without which events are lost.' },
  standard: { value: 10_000, preempts: true, description: 'Services that people wait for.' },
  background: { value: 1_000, preempts: false, description: 'Work that can wait; it displaces nobody.' },
} as const satisfies Record<Service['priority'] | 'data' | 'platform', PriorityLevel>;

export interface VolumeKind {
  readonly parameters:
    | Readonly<Record<string, string>>
    | ((environment: Environment) => Readonly<Record<string, string>>);
  readonly isDefault: boolean;
  readonly description: string;
}

/** EBS volume types (EBS user guide, «volume types»): 3,000 IOPS and 125 MiB/s are what every gp3 volume has. */
export const volumeKinds = {
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
