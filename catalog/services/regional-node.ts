import { Scaling, type Service } from '../model/index.ts';
import { ERASURE_CONFIRMATIONS, ERASURE_REQUESTS } from './erasure.ts';
import { Objectives } from './objectives.ts';
import { httpPorts } from './ports.ts';

export const regionalNode = {
  name: 'regional-node',
  summary: 'The authoritative game server of one region, and the source of real events.',
  owner: 'worlds',
  status: 'planned',
  ports: {
    ...httpPorts(9, 'mesh'),
    grpc: { number: 3109, protocol: 'grpc', exposure: 'mesh' },
    'game-tcp': { number: 7000, protocol: 'tcp', exposure: 'game' },
    'game-udp': { number: 7001, protocol: 'udp', exposure: 'game' },
    'game-ws': { number: 7002, protocol: 'tcp', exposure: 'game' },
  },
  publicPaths: [],
  verifiesTokens: true,
  consumes: [ERASURE_REQUESTS],
  produces: [ERASURE_CONFIRMATIONS],
  stores: [
    { store: 'world', access: 'read-write', purpose: 'chunk deltas, characters, inventories' },
    { store: 'cache', access: 'read-write', purpose: 'live positions' },
    { store: 'global-events', access: 'read-write', purpose: 'converge with the other regions' },
  ],
  calls: [{ service: 'event-ingestion-service', port: 'http', purpose: 'gameplay events' }],
  outside: [],
  settings: [{ variable: 'TICK_RATE_HZ', value: '30', purpose: 'simulation steps a second' }],
  scaling: Scaling.fixed(2),
  minAvailable: 1,
  resources: { cpuMillis: 1000, memoryMiB: 512, origin: 'a spatial index of 5,000 players and the loaded chunks' },
  priority: 'critical',
  objectives: [Objectives.availability(0.999)],
  metrics: [],
  personalData: [{ field: 'player_id', purpose: 'who moves where', rests: true }],
} as const satisfies Service;
