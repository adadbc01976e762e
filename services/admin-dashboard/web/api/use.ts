import { useCallback, useEffect, useState } from 'react';
import type { Document } from './documents.ts';
import { ask, type Connection, listen, onConnection } from './graphql.ts';
import { onSession, type Session } from './session.ts';

export type Loaded<Data> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly message: string; readonly code?: string; readonly retry: () => void }
  /** `stale`: why the data could not be renewed. */
  | { readonly state: 'ready'; readonly data: Data; readonly stale?: string };

/** Asks when the variables change, and again every so often; keeps the last good answer while it asks. */
export function useQuery<Data, Variables>(
  document: Document<Data, Variables>,
  variables: Variables,
  everyMillis?: number,
): Loaded<Data> {
  const [loaded, setLoaded] = useState<Loaded<Data>>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => {
    setLoaded({ state: 'loading' });
    setAttempt((before) => before + 1);
  }, []);
  const key = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the variables, the attempt for a retry
  useEffect(() => {
    let current = true;
    const load = (): void => {
      ask(document, variables).then(
        (data) => current && setLoaded({ state: 'ready', data }),
        (error: Error) =>
          current &&
          setLoaded((before) =>
            before.state === 'ready'
              ? { ...before, stale: error.message }
              : { state: 'failed', message: error.message, retry },
          ),
      );
    };
    load();
    const timer = everyMillis ? setInterval(load, everyMillis) : undefined;
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [document, key, attempt, everyMillis, retry]);
  return loaded;
}

/** Calls back with every live message while the component is shown. */
export function useLive<Data extends Record<string, unknown>, Variables extends Record<string, unknown>>(
  document: Document<Data, Variables>,
  variables: Variables,
  onData: (data: Data) => void,
): void {
  const key = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the variables; callers keep onData stable
  useEffect(() => listen(document, variables, onData), [document, key, onData]);
}

export function useSession(): Session {
  const [session, setSession] = useState<Session>({ state: 'opening' });
  useEffect(() => onSession(setSession), []);
  return session;
}

export function useConnection(): Connection {
  const [connection, setConnection] = useState<Connection>('idle');
  useEffect(() => onConnection(setConnection), []);
  return connection;
}
