import { Scaling, type Service } from '../model/index.ts';
import { Objectives } from './objectives.ts';
import { httpPorts } from './ports.ts';

export const userService = {
  name: 'user-service',
  summary: 'OpenID Connect provider, player profiles, consents, API keys, export and erasure of a person.',
  owner: 'players',
  status: 'planned',
  ports: httpPorts(4, 'public'),
  publicPaths: ['/oidc', '/.well-known', '/api/v1/players', '/api/v1/games'],
  verifiesTokens: true,
  consumes: [
    {
      topic: 'user.erasure.completed',
      delivery: 'shared',
      purpose: 'finish the erasure saga and sign its certificate',
    },
  ],
  produces: [
    { topic: 'user.actions', purpose: 'what people do with their accounts, relayed from its outbox' },
    { topic: 'user.erasure.requested', purpose: 'start the erasure saga' },
    { topic: 'notifications', purpose: 'verification and reset mails' },
  ],
  stores: [
    { store: 'accounts', access: 'read-write', purpose: 'people, consents, games, API keys, outbox' },
    { store: 'cache', access: 'read-write', purpose: 'sessions and lockout counters' },
  ],
  calls: [],
  outside: [],
  settings: [{ variable: 'LOCKOUT_ATTEMPTS', value: '5', purpose: 'failed sign-ins before back-off begins' }],
  scaling: Scaling.cpu(2, 6, 70),
  minAvailable: 1,
  resources: { cpuMillis: 250, memoryMiB: 256, origin: 'password hashing needs 64 MiB a concurrent sign-in' },
  priority: 'critical',
  objectives: [Objectives.availability(0.999), Objectives.latency(0.99, 1)],
  metrics: [],
  personalData: [
    { field: 'email', purpose: 'sign in and verification', rests: true },
    { field: 'password_hash', purpose: 'sign in', rests: true },
    { field: 'player_id', purpose: 'the link to game events', rests: true },
    { field: 'consents', purpose: 'proof of consent', rests: true },
  ],
} as const satisfies Service;
