import { Scaling, type Service } from '../model/index.ts';
import { ERASURE_CONFIRMATIONS, ERASURE_REQUESTS } from './erasure.ts';
import { httpPorts } from './ports.ts';

export const notificationService = {
  name: 'notification-service',
  summary: 'Delivers e-mail, SMS, push, in-app messages and signed webhooks, each at most once per idempotency key.',
  owner: 'players',
  status: 'planned',
  ports: httpPorts(5, 'mesh'),
  publicPaths: [],
  verifiesTokens: true,
  consumes: [
    { topic: 'notifications', delivery: 'shared', purpose: 'messages to deliver' },
    { topic: 'user.actions', delivery: 'shared', purpose: 'preferences and consent as they change' },
    ERASURE_REQUESTS,
  ],
  produces: [{ topic: 'dlq.events', purpose: 'messages that stayed undeliverable' }, ERASURE_CONFIRMATIONS],
  stores: [
    { store: 'notifications', access: 'read-write', purpose: 'templates, preferences, status, idempotency keys' },
    { store: 'cache', access: 'read-write', purpose: 'rate limits per channel' },
  ],
  calls: [],
  outside: [
    { host: 'email-smtp.us-east-1.amazonaws.com', port: 587, purpose: 'e-mail by SES' },
    { host: 'sns.us-east-1.amazonaws.com', port: 443, purpose: 'SMS by SNS' },
    { host: 'fcm.googleapis.com', port: 443, purpose: 'push to phones' },
  ],
  settings: [{ variable: 'DELIVERY_ATTEMPTS', value: '8', purpose: 'tries before a message is dead-lettered' }],
  scaling: Scaling.cpu(2, 8, 70),
  minAvailable: 1,
  resources: { cpuMillis: 200, memoryMiB: 192, origin: 'waits for others most of the time' },
  priority: 'standard',
  objectives: [],
  metrics: [],
  personalData: [
    { field: 'player_id', purpose: 'whose preferences hold', rests: true },
    { field: 'recipient', purpose: 'address of the delivery', rests: true },
  ],
} as const satisfies Service;
