import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type pg from 'pg';
import { DeadLetter } from '#catalog/events/index.ts';
import type { DeadLetterFilter, DeadLetterStatus, DeadLetterStore, StoredDeadLetter } from '../event-store.ts';

const columns = `dead_letter_id, game_id, player_id, event_id, event_type, reason, detail, failed_by, failed_at, message,
  original, original_topic, original_partition, original_offset, published`;

const insertStatement = `
  INSERT INTO event_store.dead_letters (${columns})
  SELECT id, game_id, player_id, event_id, event_type, reason, detail, failed_by, failed_at, message,
    original, topic, partition, "offset", $15
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::timestamptz[], $10::json[], $11::bytea[], $12::text[], $13::integer[], $14::bigint[])
    AS x (id, game_id, player_id, event_id, event_type, reason, detail, failed_by, failed_at, message, original, topic,
      partition, "offset")
  ORDER BY id
  ON CONFLICT (dead_letter_id) DO NOTHING`;

export interface DeadLetterRow {
  readonly letter: DeadLetter;
  readonly playerId: string | undefined;
  readonly original: Buffer;
}

function valuesOf(rows: readonly DeadLetterRow[]): unknown[] {
  const of = <Value>(pick: (row: DeadLetterRow) => Value | undefined) => rows.map((row) => pick(row) ?? null);
  return [
    of(({ letter }) => letter.dead_letter_id),
    of(({ letter }) => letter.game_id),
    of(({ playerId }) => playerId),
    of(({ letter }) => letter.event_id),
    of(({ letter }) => letter.event_type),
    of(({ letter }) => letter.reason),
    of(({ letter }) => letter.detail),
    of(({ letter }) => letter.service),
    of(({ letter }) => letter.failed_at),
    of(({ letter }) => JSON.stringify(letter)),
    of(({ original }) => original),
    of(({ letter }) => letter.original_topic),
    of(({ letter }) => letter.original_partition),
    of(({ letter }) => letter.original_offset),
  ];
}

/** Those that are there already stay as they are. Returns how many were new. */
export async function insertDeadLetters(
  client: Pick<pg.ClientBase, 'query'>,
  rows: readonly DeadLetterRow[],
  published: boolean,
): Promise<number> {
  if (rows.length === 0) return 0;
  const { rowCount } = await client.query(insertStatement, [...valuesOf(rows), published]);
  return rowCount ?? 0;
}

const isDeadLetter = addFormats.default(new Ajv({ strict: true })).compile<DeadLetter>(DeadLetter);

interface Row {
  readonly message: unknown;
  readonly original: Buffer;
  readonly fixed: Buffer | null;
  readonly status: DeadLetterStatus;
  readonly replays: number;
  readonly changed_at: Date | null;
  readonly changed_by: string | null;
}

function storedOf(row: Row): StoredDeadLetter {
  if (!isDeadLetter(row.message)) throw new TypeError('a dead letter in the store does not match its schema');
  return {
    letter: row.message,
    status: row.status,
    original: row.original,
    fixed: row.fixed,
    replays: row.replays,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
  };
}

const selected = 'message, original, fixed, status, replays, changed_at, changed_by';

const listStatement = `
  SELECT ${selected} FROM event_store.dead_letters
  WHERE ($1::text[] IS NULL OR game_id = ANY ($1)) AND ($2::text IS NULL OR reason = $2)
    AND ($3::text IS NULL OR status = $3)
    AND ($4::timestamptz IS NULL OR (failed_at, dead_letter_id) < ($4, $5::uuid))
  ORDER BY failed_at DESC, dead_letter_id DESC LIMIT $6`;

const recordReplay = `
  WITH changed AS (
    UPDATE event_store.dead_letters SET status = 'replayed', replays = replays + 1, changed_at = now(), changed_by = $4
    WHERE dead_letter_id = $1 RETURNING replays)
  INSERT INTO event_store.dead_letter_replays (dead_letter_id, replay, game_id, received_at, replayed_by)
  SELECT $1, replays, $2, $3, $4 FROM changed`;

const listValues = ({ games, reason, status, limit, after }: DeadLetterFilter) => [
  games ?? null,
  reason ?? null,
  status ?? null,
  after?.failedAt ?? null,
  after?.id ?? null,
  limit,
];

export function createDeadLetterStore(pool: pg.Pool, topic: string): DeadLetterStore {
  const change = async (id: string, assignment: string, values: readonly unknown[]) => {
    const text = `UPDATE event_store.dead_letters SET ${assignment}, changed_at = now() WHERE dead_letter_id = $1`;
    await pool.query(text, [id, ...values]);
  };
  return {
    add: (letters, playerIds) =>
      insertDeadLetters(
        pool,
        letters.map((letter) => ({
          letter,
          playerId: playerIds.get(letter.dead_letter_id),
          original: Buffer.from(letter.original, 'base64'),
        })),
        true,
      ),
    list: async (filter) => (await pool.query<Row>(listStatement, listValues(filter))).rows.map(storedOf),
    find: async (id) => {
      const statement = `SELECT ${selected} FROM event_store.dead_letters WHERE dead_letter_id = $1`;
      return (await pool.query<Row>(statement, [id])).rows.map(storedOf)[0];
    },
    fix: (id, fixed, by) => change(id, "fixed = $2, status = 'open', changed_by = $3", [fixed, by]),
    discard: (id, by) => change(id, "status = 'discarded', changed_by = $2", [by]),
    replayed: async (id, { gameId, receivedAt, by }) => {
      await pool.query(recordReplay, [id, gameId, receivedAt, by]);
    },
    unpublished: async (partitions) => {
      const statement = `SELECT ${selected} FROM event_store.dead_letters
        WHERE NOT published AND original_topic = $1 AND original_partition = ANY ($2::integer[]) ORDER BY original_offset`;
      return (await pool.query<Row>(statement, [topic, partitions])).rows.map((row) => storedOf(row).letter);
    },
    markPublished: async (ids) => {
      const statement = 'UPDATE event_store.dead_letters SET published = true WHERE dead_letter_id = ANY ($1::uuid[])';
      await pool.query(statement, [ids]);
    },
  };
}
