import { createClient } from 'graphql-ws';
import type { Document } from './documents.ts';
import { forgetSession, sessionToken } from './session.ts';

const TIMEOUT_MILLIS = 15_000;
const MAX_WAIT_MILLIS = 10_000;
/** Another game is chosen by leaving one and listening to the next. */
const LINGER_MILLIS = 1_000;

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

const UNAUTHORIZED = 401;
/** The server's way of saying the same on a WebSocket. Source: graphql-transport-ws. */
const FORBIDDEN_CLOSE = 4403;
const NORMAL_CLOSE = 1000;

async function post(text: string, variables: unknown): Promise<Response> {
  return fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await sessionToken()}` },
    body: JSON.stringify({ query: text, variables }),
    signal: AbortSignal.timeout(TIMEOUT_MILLIS),
  });
}

/** A token that is refused is renewed once. */
async function postAgain(text: string, variables: unknown): Promise<Response> {
  const answer = await post(text, variables);
  if (answer.status !== UNAUTHORIZED) return answer;
  forgetSession();
  return post(text, variables);
}

const readable = (error: unknown): Error => {
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError') return new Error('The dashboard server did not answer in time.');
  return name === 'TypeError' ? new Error('The dashboard server cannot be reached.') : (error as Error);
};

/** Asks once. Throws an Error whose message a person can read. The server checks answers against its own schema. */
export async function ask<Data, Variables>({ text }: Document<Data, Variables>, variables: Variables): Promise<Data> {
  const answer = await postAgain(text, variables).catch((error: unknown) => {
    throw readable(error);
  });
  const body = (await answer.json().catch(() => ({}))) as Answer<Data> & { readonly detail?: string };
  const problem = body.errors?.[0]?.message ?? body.detail;
  // An answer with errors has nulls where they happened: that is not what the game looks like.
  if (body.data && problem === undefined) return body.data;
  throw new Error(problem ?? `The analytics API answered ${answer.status}.`);
}

/** Whether live messages arrive at the moment. */
export type Connection = 'idle' | 'connecting' | 'live' | 'away';

const connectionListeners = new Set<(connection: Connection) => void>();
let connectionNow: Connection = 'idle';
const tell = (connection: Connection): void => {
  connectionNow = connection;
  for (const listener of connectionListeners) listener(connection);
};

export function onConnection(listener: (connection: Connection) => void): () => void {
  connectionListeners.add(listener);
  listener(connectionNow);
  return () => connectionListeners.delete(listener);
}

const client = createClient({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  connectionParams: async () => ({ authorization: `Bearer ${await sessionToken()}` }),
  lazyCloseTimeout: LINGER_MILLIS,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  retryWait: (attempt) =>
    new Promise((resolve) => setTimeout(resolve, Math.min(MAX_WAIT_MILLIS, 500 * 2 ** Math.min(attempt, 6)))),
  on: {
    connecting: (retrying) => tell(retrying ? 'away' : 'connecting'),
    connected: () => tell('live'),
    closed: (event) => {
      if (event instanceof CloseEvent && event.code === FORBIDDEN_CLOSE) forgetSession();
      tell(event instanceof CloseEvent && event.wasClean && event.code === NORMAL_CLOSE ? 'idle' : 'away');
    },
  },
});

/** Connects anew, as whoever is signed in now. */
export function reconnect(): void {
  client.terminate();
}

/** Listens until the returned function is called; reconnects by itself. */
export function listen<Data extends Record<string, unknown>, Variables extends Record<string, unknown>>(
  { text }: Document<Data, Variables>,
  variables: Variables,
  onData: (data: Data) => void,
): () => void {
  return client.subscribe<Data>(
    { query: text, variables },
    {
      next: ({ data, errors }) => (data && !errors ? onData(data) : tell('away')),
      error: () => tell('away'),
      complete: () => undefined,
    },
  );
}
