import { setTimeout as sleep } from 'node:timers/promises';
import { Ajv } from 'ajv';
import { type Static, Type } from 'typebox';
import { messageOf } from '#kit/errors.ts';
import { sendErrors } from './errors.ts';

export interface ClientOptions {
  /** Where event-ingestion-service is, for example http://localhost:3001. */
  readonly url: string;
  readonly key: string;
  /** Of one attempt; the service itself answers within 15 s. */
  readonly timeoutMillis?: number;
  /** How long a request is repeated before SEND_GAVE_UP. */
  readonly giveUpAfterMillis?: number;
  /** Ends waiting and repeating. */
  readonly signal?: AbortSignal;
}

export interface Post {
  readonly path: string;
  /** JSON. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that says more than «later»: a success or a refusal. */
export interface Answer {
  readonly status: number;
  readonly value: unknown;
}

const defaults = { timeoutMillis: 30_000, giveUpAfterMillis: 120_000 } as const;
const firstDelayMillis = 200;
const maxDelayMillis = 10_000;
/** The same request can succeed later. */
const laterStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

const Problem = Type.Object({ detail: Type.String(), fix: Type.Optional(Type.String()) });
const isProblem = new Ajv().compile<Static<typeof Problem>>(Problem);

/** The sentence of a refusal, whoever wrote it. */
export function refusalOf({ status, value }: Answer): { readonly detail: string; readonly fix?: string } {
  if (!isProblem(value)) return { detail: `The platform answered ${status}.` };
  return { detail: value.detail, ...(value.fix === undefined ? {} : { fix: value.fix }) };
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Exponential with full jitter, so that clients that failed together do not return together. */
function delayOf(attempt: number, retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? 0);
  const asked = Number.isFinite(seconds) ? Math.min(seconds * 1000, maxDelayMillis) : 0;
  return asked + Math.random() * Math.min(maxDelayMillis, firstDelayMillis * 2 ** Math.min(attempt, 10));
}

/** Posts to event-ingestion-service until it has a real answer. Repeating is harmless: events have ids. */
export class IngestionClient {
  readonly #options: ClientOptions & Required<Pick<ClientOptions, 'timeoutMillis' | 'giveUpAfterMillis'>>;
  /** Attempts that were answered «later» or not at all. */
  retries = 0;

  constructor(options: ClientOptions) {
    this.#options = { ...defaults, ...options };
  }

  /** Errors: SEND_GAVE_UP; the signal's reason when it is aborted. */
  async post(post: Post): Promise<Answer> {
    const giveUpAt = Date.now() + this.#options.giveUpAfterMillis;
    for (let attempt = 0; ; attempt += 1) {
      const tried = await this.#try(post);
      if ('answer' in tried) return tried.answer;
      this.#options.signal?.throwIfAborted();
      const delay = delayOf(attempt, tried.retryAfter);
      if (Date.now() + delay > giveUpAt)
        throw sendErrors.SEND_GAVE_UP({ detail: `${tried.reason} (tried ${attempt + 1} times).` });
      this.retries += 1;
      await sleep(delay, undefined, { signal: this.#options.signal });
    }
  }

  async #try(
    post: Post,
  ): Promise<{ readonly answer: Answer } | { readonly reason: string; readonly retryAfter: string | null }> {
    try {
      const response = await this.#request(post);
      const answer = { status: response.status, value: await jsonOf(response) };
      if (!laterStatuses.has(answer.status)) return { answer };
      return { reason: refusalOf(answer).detail.replace(/\.$/, ''), retryAfter: response.headers.get('retry-after') };
    } catch (error) {
      const { url } = this.#options;
      const cause = error instanceof Error && error.cause ? error.cause : error;
      return { reason: `${url} does not answer: ${messageOf(cause)}`, retryAfter: null };
    }
  }

  #request({ path, body, headers = {} }: Post): Promise<Response> {
    const { url, key, timeoutMillis, signal } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMillis);
    return fetch(new URL(path, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
      body,
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
    });
  }
}
