import { readFile } from 'node:fs/promises';
import { errors, isError } from './errors.ts';

/** Where a secret lives. Values are never kept in the environment itself. */
export type SecretSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'aws'; readonly secretId: string; readonly jsonKey?: string };

const prefix = 'aws-secret:';

/** Parses `aws-secret:<id>[#jsonKey]`; undefined when the text is something else. */
export function parseSecretReference(text: string): SecretSource | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const [secretId = '', jsonKey] = text.slice(prefix.length).split('#');
  if (secretId === '') return undefined;
  return jsonKey ? { kind: 'aws', secretId, jsonKey } : { kind: 'aws', secretId };
}

/** Fetches the current text of a secret by id; AWS Secrets Manager in production. */
export type SecretFetcher = (secretId: string) => Promise<string>;

/** How long a value is reused before it is read again, so that a rotation needs no restart. */
export const secretTtlMillis = 60_000;
const requestTimeoutMillis = 5000;

async function fetchFromAws(secretId: string): Promise<string> {
  // Loaded on first use: a local start never pays for the SDK.
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient({ maxAttempts: 3 });
  try {
    const abortSignal = AbortSignal.timeout(requestTimeoutMillis);
    const answer = await client.send(new GetSecretValueCommand({ SecretId: secretId }), { abortSignal });
    return answer.SecretString ?? Buffer.from(answer.SecretBinary ?? []).toString('utf8');
  } finally {
    client.destroy();
  }
}

function unavailable(place: string, cause: unknown) {
  const reason = isError(cause) ? cause.name : 'unknown';
  return errors.SECRET_UNAVAILABLE({ detail: `The secret ${place} cannot be read (${reason}).`, cause });
}

function pickKey(text: string, secretId: string, jsonKey: string): string {
  const place = `${secretId}#${jsonKey}`;
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    // The parser's message would quote the secret, so it is not kept as the cause.
    throw errors.SECRET_UNAVAILABLE({ detail: `The secret ${place} is not JSON, so it has no key "${jsonKey}".` });
  }
  const value = typeof fields === 'object' && fields !== null ? Reflect.get(fields, jsonKey) : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw errors.SECRET_UNAVAILABLE({ detail: `The secret ${place} has no text under the key "${jsonKey}".` });
}

async function readSource(source: SecretSource, fetch: SecretFetcher): Promise<string> {
  const place = source.kind === 'file' ? source.path : source.secretId;
  const text = await (source.kind === 'file' ? readFile(place, 'utf8') : fetch(place)).catch((error: unknown) => {
    throw unavailable(place, error);
  });
  if (source.kind === 'aws' && source.jsonKey) return pickKey(text, place, source.jsonKey);
  const value = text.replace(/\r?\n$/, '');
  if (value === '') throw errors.SECRET_UNAVAILABLE({ detail: `The secret ${place} is empty.` });
  return value;
}

const mask = '[secret]';

export interface SecretOptions {
  readonly ttlMillis?: number;
  readonly fetch?: SecretFetcher;
  readonly now?: () => number;
}

/** A secret that knows where it lives. Printing it in any way gives `[secret]`. */
export class SecretValue {
  readonly #source: SecretSource;
  readonly #fetch: SecretFetcher;
  readonly #ttlMillis: number;
  readonly #now: () => number;
  #value: string | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<string> | undefined;

  constructor(source: SecretSource, options: SecretOptions = {}) {
    this.#source = source;
    this.#fetch = options.fetch ?? fetchFromAws;
    this.#ttlMillis = options.ttlMillis ?? secretTtlMillis;
    this.#now = options.now ?? Date.now;
  }

  /**
   * The current value, at most `ttlMillis` old. When a refresh fails, the last value is given:
   * a short outage of the secret store must not stop new connections.
   * Errors: SECRET_UNAVAILABLE when it was never read.
   */
  async reveal(): Promise<string> {
    if (this.#value !== undefined && this.#now() - this.#readAt < this.#ttlMillis) return this.#value;
    this.#reading ??= this.#refresh().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Forgets the cached value; call it when the other side refused it, so that a rotated value is read at once. */
  forget(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  async #refresh(): Promise<string> {
    try {
      this.#value = await readSource(this.#source, this.#fetch);
    } catch (error) {
      if (this.#value === undefined) throw error;
    }
    this.#readAt = this.#now();
    return this.#value ?? '';
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return mask;
  }
}

/** A secret of a known value, for tests and for values that were just made. */
export function secretOf(value: string): SecretValue {
  return new SecretValue({ kind: 'aws', secretId: 'in-memory' }, { fetch: async () => value });
}
