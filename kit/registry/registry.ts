import { ExplainedError } from '#catalog/model/explained-error.ts';

const TIMEOUT_MILLIS = 10_000;
const API = '/apis/registry/v3';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** The registry said no, or nothing. */
export const refused = (what: string, { status, text }: Answer): ExplainedError =>
  new ExplainedError(
    'REGISTRY_REFUSED',
    `The schema registry answered ${status} to ${what}: ${text.slice(0, 300) || 'without a word'}. Read its log, then run again: what is published stays.`,
  );

/** Apicurio Registry's REST API, version 3: the few calls that publishing takes. */
export class Registry {
  readonly #base: URL;

  constructor(url: string) {
    this.#base = new URL(url);
  }

  /** @throws ExplainedError when it cannot be reached or does not answer in ten seconds. */
  async call(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<Answer> {
    const url = new URL(`${API}${path}`, this.#base);
    try {
      const response = await fetch(url, {
        method,
        signal: AbortSignal.timeout(TIMEOUT_MILLIS),
        headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      throw new ExplainedError(
        'REGISTRY_UNREACHABLE',
        `The schema registry at ${this.#base.origin} cannot be reached. Check that it runs and that this job may connect to it.`,
        { cause },
      );
    }
  }

  /** The text of what is there; nothing where there is nothing. */
  async read(path: string): Promise<string | undefined> {
    const answer = await this.call('GET', path);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw refused(`GET ${path}`, answer);
    return answer.text;
  }

  /** Writes; that somebody else wrote the same in the meantime is no failure. */
  async write(method: 'POST' | 'PUT', path: string, body: unknown): Promise<void> {
    const answer = await this.call(method, path, body);
    if (answer.status >= 300 && answer.status !== 409) throw refused(`${method} ${path}`, answer);
  }
}
