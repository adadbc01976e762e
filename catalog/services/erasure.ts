import type { Consumption, Production } from '../model/index.ts';

/** What every owner of personal data takes part in: the erasure saga (spec, user-service). */
export const ERASURE_REQUESTS = {
  topic: 'user.erasure.requested',
  delivery: 'shared',
  purpose: 'delete what it holds of the person',
} as const satisfies Consumption;

export const ERASURE_CONFIRMATIONS = {
  topic: 'user.erasure.completed',
  purpose: 'confirm with store, count and time',
} as const satisfies Production;
