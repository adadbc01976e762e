import { Scaling, type Service } from '../model/index.ts';
import { ERASURE_CONFIRMATIONS, ERASURE_REQUESTS } from './erasure.ts';
import { httpPorts } from './ports.ts';

export const dataRetentionService = {
  name: 'data-retention-service',
  summary:
    'Archives events past their time as Parquet, proves the archive, then deletes; erases people inside archives.',
  owner: 'players',
  status: 'planned',
  ports: httpPorts(7, 'mesh'),
  publicPaths: [],
  verifiesTokens: true,
  consumes: [ERASURE_REQUESTS],
  produces: [ERASURE_CONFIRMATIONS],
  stores: [
    { store: 'events', access: 'read-write', purpose: 'read what is due, delete it once it is proven archived' },
    { store: 'retention', access: 'read-write', purpose: 'policies, manifests, holds, audit log' },
    { store: 'archive', access: 'read-write', purpose: 'the archive itself' },
  ],
  calls: [],
  outside: [],
  settings: [{ variable: 'ONLINE_DAYS', value: '90', purpose: 'how long events stay in the event store' }],
  scaling: Scaling.fixed(1),
  minAvailable: 0,
  resources: { cpuMillis: 250, memoryMiB: 512, origin: 'writes one Parquet row group at a time' },
  priority: 'background',
  objectives: [],
  metrics: [],
  personalData: [
    { field: 'player_id', purpose: 'erasure inside archives', rests: true },
    { field: 'country', purpose: 'archived with the event', rests: true },
    { field: 'properties', purpose: 'archived with the event', rests: true },
  ],
} as const satisfies Service;
