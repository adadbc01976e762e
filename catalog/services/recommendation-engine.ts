import { Scaling, type Service } from '../model/index.ts';
import { ERASURE_CONFIRMATIONS, ERASURE_REQUESTS } from './erasure.ts';
import { Objectives } from './objectives.ts';
import { httpPorts } from './ports.ts';

export const recommendationEngine = {
  name: 'recommendation-engine',
  summary: 'Learns from processed events and recommends items to players.',
  owner: 'insights',
  status: 'planned',
  ports: httpPorts(6, 'public'),
  publicPaths: ['/v1/players', '/api/v1/recommendations'],
  verifiesTokens: true,
  consumes: [
    { topic: 'player.events.processed', delivery: 'shared', purpose: 'learn, and invalidate cached answers' },
    ERASURE_REQUESTS,
  ],
  produces: [{ topic: 'recommendations.generated', purpose: 'what was recommended' }, ERASURE_CONFIRMATIONS],
  stores: [
    { store: 'vectors', access: 'read-write', purpose: 'embeddings of players and items' },
    { store: 'cache', access: 'read-write', purpose: 'answers with a time to live' },
  ],
  calls: [],
  outside: [],
  settings: [{ variable: 'EMBEDDING_DIMENSIONS', value: '128', purpose: 'length of the vectors' }],
  scaling: Scaling.cpu(3, 10, 75),
  minAvailable: 2,
  resources: { cpuMillis: 500, memoryMiB: 512, origin: 'holds the trending lists and a training window' },
  priority: 'standard',
  objectives: [Objectives.availability(0.995), Objectives.latency(0.95, 0.25)],
  metrics: [],
  personalData: [{ field: 'player_id', purpose: 'whose taste an embedding is', rests: true }],
} as const satisfies Service;
