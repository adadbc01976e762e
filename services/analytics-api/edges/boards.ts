import type { Queryable } from '#kit/postgres/index.ts';
import { cursorOf, type Page, pageOf, placeOf } from '../domain/cursor.ts';
import { errors } from '../errors.ts';
import { dataAsOf, moment, number, rowsOf, type Tenant, type TenantReader } from './reading.ts';
import type { AsOf } from './store.ts';

export interface BoardEntry {
  readonly rank: number;
  readonly playerId: string;
  readonly score: number;
  readonly achievedAt: string;
}

export interface PageOptions {
  readonly first: number;
  readonly after?: string | null | undefined;
}

export interface ArrivedLetter {
  readonly id: string;
  readonly reason: string;
  readonly eventType: string | null;
  readonly failedBy: string;
  readonly failedAt: string;
}

const MAX_BOARDS = 500;
/** Letters of one look; of more at a time the older ones are seen in the list only. */
const NEWEST_LETTERS = 100;
const named = (name: string, text: string) => ({ name: `analytics.${name}`, text });
/** Before the first place of a board. */
const TOP = ['9223372036854775807', '-infinity', '', 0] as const;

const statements = {
  tenant: named('tenant', 'SELECT tenant_id FROM analytics.games'),
  // Jumps from board to board in the index instead of reading every score.
  boards: named(
    'boards',
    `WITH RECURSIVE b (board) AS (
       (SELECT board FROM analytics.leaderboard_scores WHERE tenant_id = $1 ORDER BY board LIMIT 1)
       UNION ALL
       SELECT (SELECT l.board FROM analytics.leaderboard_scores l WHERE l.tenant_id = $1 AND l.board > b.board
               ORDER BY l.board LIMIT 1) FROM b WHERE b.board IS NOT NULL)
     SELECT board FROM b WHERE board IS NOT NULL LIMIT ${MAX_BOARDS}`,
  ),
  entries: named(
    'entries',
    `SELECT player_id, score, ${moment('achieved_at')} AS achieved_at FROM analytics.leaderboard_scores
     WHERE tenant_id = $1 AND board = $2 AND score <= $3
       AND (score < $3 OR (achieved_at, player_id) > ($4::timestamptz, $5::text COLLATE "C"))
     ORDER BY score DESC, analytics.leaderboard_scores.achieved_at, player_id LIMIT $6`,
  ),
  letters: named(
    'letters',
    `SELECT dead_letter_id, reason, event_type, failed_by, ${moment('failed_at')} AS failed_at
     FROM analytics.dead_letters ORDER BY analytics.dead_letters.failed_at DESC, dead_letter_id DESC LIMIT ${NEWEST_LETTERS}`,
  ),
} as const;

/** Errors: CURSOR_INVALID. */
function startOf(after: string | null | undefined) {
  if (after === null || after === undefined) return TOP;
  const place = placeOf(after, ['string', 'string', 'string', 'number']);
  if (place && /^-?\d{1,19}$/.test(String(place[0])) && !Number.isNaN(Date.parse(String(place[1])))) return place;
  throw errors.CURSOR_INVALID({ detail: 'after is not a cursor of a leaderboard.' });
}

async function tenantIdOf(client: Queryable): Promise<number | undefined> {
  const [row] = await rowsOf(client, statements.tenant);
  return row && number(row.tenant_id);
}

/** Leaderboards, and arrivals of dead letters: what people watch. */
export class Boards {
  readonly #reader: TenantReader;

  constructor(reader: TenantReader) {
    this.#reader = reader;
  }

  names(tenant: Tenant): Promise<{ readonly names: readonly string[] } & AsOf> {
    return this.#reader.read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      const rows = await rowsOf(client, statements.boards, [await tenantIdOf(client)]);
      return { names: rows.map(({ board }) => board ?? ''), dataAsOf: asOf };
    });
  }

  /** Places of a board, the best first. Errors: CURSOR_INVALID. */
  page(tenant: Tenant, board: string, { first, after }: PageOptions): Promise<Page<BoardEntry> & AsOf> {
    const [score, achievedAt, playerId, rank] = startOf(after);
    return this.#reader.read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      const values = [await tenantIdOf(client), board, score, achievedAt, playerId, first + 1];
      const rows = await rowsOf(client, statements.entries, values);
      const entries = rows.map((row, index) => ({
        rank: Number(rank) + index + 1,
        playerId: row.player_id ?? '',
        score: number(row.score),
        achievedAt: row.achieved_at ?? '',
        exact: row.score ?? '',
      }));
      const page = pageOf(entries, first, (entry) =>
        cursorOf([entry.exact, entry.achievedAt, entry.playerId, entry.rank]),
      );
      return { ...page, dataAsOf: asOf };
    });
  }

  /** The newest dead letters of a game, without what they contain. */
  newestLetters(tenant: Tenant): Promise<readonly ArrivedLetter[]> {
    return this.#reader.read(tenant, async (client) => {
      const rows = await rowsOf(client, statements.letters);
      return rows.map((row) => ({
        id: row.dead_letter_id ?? '',
        reason: row.reason ?? '',
        eventType: row.event_type ?? null,
        failedBy: row.failed_by ?? '',
        failedAt: row.failed_at ?? '',
      }));
    });
  }
}
