import { survivesZoneLoss } from '#catalog/environments/index.ts';
import type { Experiment } from '../model.ts';

export const zoneLoss: Experiment = {
  name: 'zone-loss',
  summary: 'One availability zone is gone: its network, its nodes, the primary database and the cache nodes in it.',
  hypothesis: [
    { service: 'event-ingestion-service', objective: 'availability' },
    { service: 'event-ingestion-service', objective: 'latency' },
    { service: 'analytics-api', objective: 'availability' },
  ],
  fault: { kind: 'zone-loss', zone: 0 },
  durationMinutes: 10,
  blastRadius:
    'A third of the nodes, one broker, the standby or the primary of every database; nothing in the other two zones.',
  abort: { serverErrorsPerMinute: 60, minutes: 2 },
  alert: 'KubernetesNodeNotReady',
  survivable: survivesZoneLoss,
};
