import { type Static, type TSchema, Type } from 'typebox';
import { Check } from 'typebox/value';
import { ExplainedError } from '#catalog/index.ts';
import { messageOf } from '#kit/errors.ts';

const TIMEOUT_MILLIS = 30_000;
const PATH = '/api/v1/dead-letters';

/** What is shown of a dead letter; the service may say more. */
export const Letter = Type.Object({
  dead_letter_id: Type.String(),
  status: Type.String(),
  reason: Type.String(),
  detail: Type.String(),
  service: Type.String(),
  failed_at: Type.String(),
  game_id: Type.Optional(Type.String()),
  event_type: Type.Optional(Type.String()),
  replays: Type.Integer(),
  has_fix: Type.Boolean(),
});
export type Letter = Static<typeof Letter>;

export const LetterDetail = Type.Object({
  ...Letter.properties,
  path: Type.Optional(Type.String()),
  event_id: Type.Optional(Type.String()),
  original: Type.String(),
  original_text: Type.Optional(Type.String()),
  original_bytes: Type.Integer(),
  truncated: Type.Boolean(),
  original_topic: Type.Optional(Type.String()),
  original_partition: Type.Optional(Type.Integer()),
  original_offset: Type.Optional(Type.String()),
  fixed: Type.Optional(Type.Unknown()),
});
export type LetterDetail = Static<typeof LetterDetail>;

const Page = Type.Object({ dead_letters: Type.Array(Letter), next_cursor: Type.Optional(Type.String()) });

export const Replayed = Type.Object({
  dead_letter_id: Type.String(),
  status: Type.String(),
  replayed_now: Type.Boolean(),
  event_id: Type.String(),
});
export type Replayed = Static<typeof Replayed>;

const Problem = Type.Object({ code: Type.String(), detail: Type.String(), fix: Type.Optional(Type.String()) });

export interface LetterFilter {
  readonly game?: string | undefined;
  readonly reason?: string | undefined;
  readonly status?: string | undefined;
  readonly limit: number;
}

const MAX_PAGE = 200;

/** The service refused, or cannot be reached: a person can act on the sentence. */
export class DeadLetterError extends ExplainedError {
  override readonly name = 'DeadLetterError';
}

function queryOf({ game, reason, status }: LetterFilter, limit: number, cursor: string | undefined): string {
  const given = { game_id: game, reason, status, limit: String(limit), cursor };
  const entries = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(entries).toString();
}

/** The dead letters as event-processor-service has them, with the rights of a token. */
export class DeadLetterClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
  }

  /** Up to `limit` letters, the newest first. Errors: DeadLetterError. */
  async list(filter: LetterFilter): Promise<readonly Letter[]> {
    const letters: Letter[] = [];
    let cursor: string | undefined;
    do {
      const query = queryOf(filter, Math.min(MAX_PAGE, filter.limit - letters.length), cursor);
      const page = await this.#ask('GET', `?${query}`, Page);
      letters.push(...page.dead_letters);
      cursor = page.next_cursor;
    } while (cursor !== undefined && letters.length < filter.limit);
    return letters;
  }

  show(id: string): Promise<LetterDetail> {
    return this.#ask('GET', `/${encodeURIComponent(id)}`, LetterDetail);
  }

  replay(id: string): Promise<Replayed> {
    return this.#ask('POST', `/${encodeURIComponent(id)}/replay`, Replayed);
  }

  async #ask<Schema extends TSchema>(method: string, place: string, schema: Schema): Promise<Static<Schema>> {
    const headers = { authorization: `Bearer ${this.#token}` };
    const signal = AbortSignal.timeout(TIMEOUT_MILLIS);
    const answer = await fetch(this.#url + PATH + place, { method, headers, signal }).catch((error: unknown) => {
      const reason = messageOf(error instanceof Error && error.cause ? error.cause : error);
      throw new DeadLetterError('PROCESSOR_UNREACHABLE', `${this.#url} cannot be reached: ${reason}. Is it running?`);
    });
    const value: unknown = await answer.json().catch(() => undefined);
    if (answer.ok && Check(schema, value)) return value;
    if (Check(Problem, value))
      throw new DeadLetterError(value.code, [value.detail, value.fix].filter(Boolean).join(' '));
    throw new DeadLetterError(
      'ANSWER_UNEXPECTED',
      `${this.#url} answered ${answer.status} with something else than dead letters. Check the address.`,
    );
  }
}
