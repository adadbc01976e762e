import { Scaling, type Service } from '../model/index.ts';
import { ERASURE_CONFIRMATIONS, ERASURE_REQUESTS } from './erasure.ts';
import { Objectives } from './objectives.ts';
import { httpPorts } from './ports.ts';

export const progressionService = {
  name: 'progression-service',
  summary: 'Paragon, prestige and mastery of characters, event-sourced.',
  owner: 'worlds',
  status: 'planned',
  ports: httpPorts(8, 'public'),
  publicPaths: ['/paragon', '/prestige', '/mastery'],
  verifiesTokens: true,
  consumes: [ERASURE_REQUESTS],
  produces: [ERASURE_CONFIRMATIONS],
  stores: [
    { store: 'progression', access: 'read-write', purpose: 'the log and its projections' },
    { store: 'cache', access: 'read-write', purpose: 'current state of characters, leaderboards' },
  ],
  calls: [{ service: 'event-ingestion-service', port: 'http', purpose: 'progression_gained events' }],
  outside: [],
  settings: [],
  scaling: Scaling.cpu(2, 10, 70),
  minAvailable: 1,
  resources: { cpuMillis: 250, memoryMiB: 256, origin: 'the resident limit of 256 MB a process' },
  priority: 'standard',
  objectives: [Objectives.availability(0.999), Objectives.latency(0.99, 0.1)],
  metrics: [],
  personalData: [{ field: 'player_id', purpose: 'whose characters they are', rests: true }],
} as const satisfies Service;
