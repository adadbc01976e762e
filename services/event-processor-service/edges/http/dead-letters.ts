import type { FastifyRequest } from 'fastify';
import { bearer, type Claims, requireGame, requireRole, type TokenVerifier } from '#kit/auth/index.ts';
import { errors } from '#kit/errors.ts';
import type { HttpServer, Routes } from '#kit/http/index.ts';
import type { DeadLetterFilter, StoredDeadLetter } from '../store/event-store.ts';
import { processorErrors } from './errors.ts';
import { type ReplayParts, replay } from './replay.ts';
import { Detail, Fix, ListQuery, OneParameters, Page, ReplayAnswer, type Summary } from './schemas.ts';

export interface DeadLetterRouteParts extends ReplayParts {
  readonly tokens: TokenVerifier;
}

const BASE = '/api/v1/dead-letters';
const security = [{ bearer: [] }];

const summaryOf = ({ letter, status, replays, fixed, changedAt, changedBy }: StoredDeadLetter): Summary => {
  const { original: _original, original_bytes: _bytes, truncated: _cut, format: _format, ...about } = letter;
  const { original_topic: _topic, original_partition: _partition, original_offset: _offset, ...shown } = about;
  return {
    ...shown,
    ...{ status, replays, has_fix: fixed !== null },
    ...(changedAt ? { changed_at: changedAt.toISOString() } : {}),
    ...(changedBy ? { changed_by: changedBy } : {}),
  };
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function detailOf(found: StoredDeadLetter): Detail {
  const { letter, original, fixed } = found;
  const { format, original_bytes, original_topic, original_partition, original_offset } = letter;
  const text = textOf(original);
  return {
    ...summaryOf(found),
    ...{ format, original_bytes, truncated: original.length < original_bytes },
    original: original.toString('base64'),
    ...(text === undefined ? {} : { original_text: text }),
    ...(original_topic === undefined ? {} : { original_topic }),
    ...(original_partition === undefined ? {} : { original_partition }),
    ...(original_offset === undefined ? {} : { original_offset }),
    ...(fixed ? { fixed: JSON.parse(fixed.toString('utf8')) } : {}),
  };
}

/** A cursor is the place of the last letter of a page; nobody but us reads it. */
const cursorOf = ({ letter }: StoredDeadLetter): string =>
  Buffer.from(`${letter.failed_at} ${letter.dead_letter_id}`).toString('base64url');

const UUID = /^[0-9a-f-]{36}$/i;

function placeOf(cursor: string | undefined): DeadLetterFilter['after'] {
  if (cursor === undefined) return undefined;
  const [moment = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const failedAt = new Date(moment);
  if (!Number.isNaN(failedAt.getTime()) && UUID.test(id)) return { failedAt, id };
  throw errors.REQUEST_INVALID({ detail: 'The cursor is not one that a page gave.', fix: 'Begin without a cursor.' });
}

class DeadLetterDesk {
  readonly #parts: DeadLetterRouteParts;

  constructor(parts: DeadLetterRouteParts) {
    this.#parts = parts;
  }

  async claims(request: FastifyRequest): Promise<Claims> {
    const claims = await this.#parts.tokens.verify(bearer(request));
    requireRole(claims, 'operator', 'admin');
    return claims;
  }

  /** An operator sees its own games; letters of no game are an administrator's. */
  gamesOf(claims: Claims, wanted: string | undefined): readonly string[] | undefined {
    if (claims.roles.includes('admin')) return wanted === undefined ? undefined : [wanted];
    if (wanted === undefined) return claims.games;
    requireGame(claims, wanted);
    return [wanted];
  }

  async find(id: string, claims: Claims): Promise<StoredDeadLetter> {
    const found = await this.#parts.store.deadLetters.find(id);
    const games = this.gamesOf(claims, undefined);
    const visible = found && (games === undefined || games.includes(found.letter.game_id ?? ''));
    if (visible) return found;
    throw processorErrors.DEAD_LETTER_NOT_FOUND({ detail: `There is no dead letter ${id} in your games.` });
  }

  replay(found: StoredDeadLetter, by: string) {
    return replay(found, by, this.#parts);
  }

  get letters() {
    return this.#parts.store.deadLetters;
  }
}

function addReading(server: HttpServer, desk: DeadLetterDesk): void {
  const list = { summary: 'Dead letters, newest first', security, querystring: ListQuery, response: { 200: Page } };
  server.get(BASE, { schema: list }, async (request) => {
    const { game_id: gameId, reason, status, limit, cursor } = request.query;
    const games = desk.gamesOf(await desk.claims(request), gameId);
    const found = await desk.letters.list({ games, reason, status, limit: limit + 1, after: placeOf(cursor) });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return { dead_letters: page.map(summaryOf), ...(last ? { next_cursor: cursorOf(last) } : {}) };
  });
  const show = {
    summary: 'One dead letter with its bytes',
    security,
    params: OneParameters,
    response: { 200: Detail },
  };
  server.get(`${BASE}/:id`, { schema: show }, async (request) =>
    detailOf(await desk.find(request.params.id, await desk.claims(request))),
  );
}

function addChanging(server: HttpServer, desk: DeadLetterDesk): void {
  const common = { security, params: OneParameters };
  const fix = { ...common, summary: 'Put a corrected event in its place', body: Fix, response: { 200: Detail } };
  server.put(`${BASE}/:id/fixed`, { schema: fix }, async (request) => {
    const claims = await desk.claims(request);
    const { letter } = await desk.find(request.params.id, claims);
    const { event } = request.body;
    desk.gamesOf(claims, event.game_id);
    await desk.letters.fix(letter.dead_letter_id, Buffer.from(JSON.stringify(event)), claims.sub);
    return detailOf(await desk.find(request.params.id, claims));
  });
  const again = { ...common, summary: 'Send it through the platform again, once', response: { 200: ReplayAnswer } };
  server.post(`${BASE}/:id/replay`, { schema: again }, async (request) => {
    const claims = await desk.claims(request);
    const { now, eventId } = await desk.replay(await desk.find(request.params.id, claims), claims.sub);
    const { letter, status, replays } = await desk.find(request.params.id, claims);
    const { dead_letter_id } = letter;
    return { dead_letter_id, status, replays, replayed_now: now, event_id: eventId };
  });
  const discard = { ...common, summary: 'Say that nobody wants it back', response: { 200: Detail } };
  server.post(`${BASE}/:id/discard`, { schema: discard }, async (request) => {
    const claims = await desk.claims(request);
    const { letter } = await desk.find(request.params.id, claims);
    await desk.letters.discard(letter.dead_letter_id, claims.sub);
    return detailOf(await desk.find(request.params.id, claims));
  });
}

/** List, look at, correct, replay and discard dead letters. Roles: operator (own games), admin (all). */
export function deadLetterRoutes(parts: DeadLetterRouteParts): Routes {
  const desk = new DeadLetterDesk(parts);
  return (server) => {
    addReading(server, desk);
    addChanging(server, desk);
  };
}
