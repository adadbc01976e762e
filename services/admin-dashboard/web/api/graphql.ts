import { createClient } from 'graphql-ws';
import type { Document } from './documents.ts';
import { sessionToken } from './session.ts';

const TIMEOUT_MILLIS = 15_000;
const MAX_WAIT_MILLIS = 10_000;

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** Asks once. Throws an Error whose message a person can read. The server checks answers against its own schema. */
export async function ask<Data, Variables>({ text }: Document<Data, Variables>, variables: Variables): Promise<Data> {
  const answer = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await sessionToken()}` },
    body: JSON.stringify({ query: text, variables }),
    signal: AbortSignal.timeout(TIMEOUT_MILLIS),
  });
  const body = (await answer.json().catch(() => ({}))) as Answer<Data> & { readonly detail?: string };
  if (body.data) return body.data;
  throw new Error(body.errors?.[0]?.message ?? body.detail ?? `The analytics API answered ${answer.status}.`);
}

/** Whether live messages arrive at the moment. */
export type Connection = 'connecting' | 'live' | 'away';

const connectionListeners = new Set<(connection: Connection) => void>();
const tell = (connection: Connection): void => {
  for (const listener of connectionListeners) listener(connection);
};

export function onConnection(listener: (connection: Connection) => void): () => void {
  connectionListeners.add(listener);
  return () => connectionListeners.delete(listener);
}

const client = createClient({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  connectionParams: async () => ({ authorization: `Bearer ${await sessionToken()}` }),
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  retryWait: (attempt) =>
    new Promise((resolve) => setTimeout(resolve, Math.min(MAX_WAIT_MILLIS, 500 * 2 ** Math.min(attempt, 6)))),
  on: { connecting: () => tell('connecting'), connected: () => tell('live'), closed: () => tell('away') },
});

/** Listens until the returned function is called; reconnects by itself. */
export function listen<Data extends Record<string, unknown>, Variables extends Record<string, unknown>>(
  { text }: Document<Data, Variables>,
  variables: Variables,
  onData: (data: Data) => void,
): () => void {
  return client.subscribe<Data>(
    { query: text, variables },
    {
      next: ({ data }) => data && onData(data),
      error: () => tell('away'),
      complete: () => undefined,
    },
  );
}
