import { useCallback, useEffect, useState } from 'react';
import { forgetSession, sessionToken } from './session.ts';
import type { Loaded } from './use.ts';

const TIMEOUT_MILLIS = 15_000;
const UNAUTHORIZED = 401;

/** What a service said instead of an answer. */
export class ProblemError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
}

async function send(path: string, method: string): Promise<Response> {
  const headers = { authorization: `Bearer ${await sessionToken()}`, accept: 'application/json' };
  return fetch(path, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MILLIS) }).catch(() => {
    throw new ProblemError('SERVER_AWAY', 'The dashboard server cannot be reached.');
  });
}

/** Asks a service behind the dashboard. Errors: ProblemError. The service checks answers against its own schema. */
export async function askRest<Value>(path: string, method: 'GET' | 'POST' = 'GET'): Promise<Value> {
  let answer = await send(path, method);
  if (answer.status === UNAUTHORIZED) {
    forgetSession();
    answer = await send(path, method);
  }
  const body = (await answer.json().catch(() => ({}))) as Value & Problem;
  if (answer.ok) return body;
  throw new ProblemError(body.code ?? 'UNKNOWN', body.detail ?? `The server answered ${answer.status}.`);
}

/** Loads a path when it changes; `reload` asks again and keeps what is shown until then. */
export function useRest<Value>(path: string | undefined): Loaded<Value> & { readonly reload: () => void } {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const reload = useCallback(() => setAttempt((before) => before + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an attempt stands for a reload
  useEffect(() => {
    let current = true;
    if (path === undefined) return setLoaded({ state: 'loading' });
    askRest<Value>(path).then(
      (data) => current && setLoaded({ state: 'ready', data }),
      (error: ProblemError) =>
        current && setLoaded({ state: 'failed', message: error.message, code: error.code, retry: reload }),
    );
    return () => {
      current = false;
    };
  }, [path, attempt, reload]);
  return { ...loaded, reload };
}
