import type pg from 'pg';
import type { Slice } from '../../../domain/event.ts';
import type { ClaimedPosition, HeldPosition, PositionStore } from '../event-store.ts';
import { BatchFenced } from '../refusals.ts';

/** In the table, a partition that nothing was stored of yet. */
const NOTHING_YET = -1n;

const known = (offset: bigint): bigint | undefined => (offset === NOTHING_YET ? undefined : offset);

const claimStatement = `
  INSERT INTO event_store.consumer_positions AS c (topic, partition, owner, next_offset, published_offset)
  SELECT $1, partition, $2, ${NOTHING_YET}, ${NOTHING_YET} FROM unnest($3::integer[]) AS x (partition) ORDER BY partition
  ON CONFLICT (topic, partition) DO UPDATE SET owner = excluded.owner, updated_at = now()
  RETURNING partition, next_offset, published_offset`;

const noteStatement = `
  UPDATE event_store.consumer_positions c SET
    published_offset = coalesce(x.published, c.published_offset),
    caught_up_at = CASE WHEN $5 THEN now() ELSE c.caught_up_at END
  FROM unnest($3::integer[], $4::bigint[]) AS x (partition, published)
  WHERE c.topic = $1 AND c.partition = x.partition AND c.owner = $2`;

export function createPositionStore(pool: pg.Pool, topic: string): PositionStore {
  return {
    claim: async (owner, partitions) => {
      const { rows } = await pool.query<{ partition: number; next_offset: string; published_offset: string }>(
        claimStatement,
        [topic, owner, partitions],
      );
      return rows.map(
        (row): ClaimedPosition => ({
          partition: row.partition,
          next: known(BigInt(row.next_offset)),
          published: known(BigInt(row.published_offset)),
        }),
      );
    },
    note: async (owner, published, caughtUp) => {
      if (published.size === 0) return;
      await pool.query(noteStatement, [
        ...[topic, owner, [...published.keys()]],
        ...[[...published.values()].map((offset) => (offset === NOTHING_YET ? null : String(offset))), caughtUp],
      ]);
    },
  };
}

const moveStatement = `
  UPDATE event_store.consumer_positions c SET
    next_offset = x.next_offset, published_offset = coalesce(x.published, c.published_offset),
    last_received_at = greatest(c.last_received_at, to_timestamp(x.received / 1000.0)), updated_at = now()
  FROM unnest($3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::float8[])
    AS x (partition, expected, next_offset, published, received)
  WHERE c.topic = $1 AND c.owner = $2 AND c.partition = x.partition AND c.next_offset = x.expected`;

const lastReceived = ({ records }: Slice): number | null =>
  records.length === 0 ? null : records.reduce((last, record) => Math.max(last, record.receivedMillis), 0);

export interface Move {
  readonly topic: string;
  readonly owner: string;
  readonly held: ReadonlyMap<number, HeldPosition>;
}

/**
 * Moves every partition of the batch from where this process believes it is, if it still owns it. The rows stay locked
 * until the transaction ends, so nobody can take the partition over in between. Errors: BatchFenced.
 */
export async function movePositions(client: pg.ClientBase, slices: readonly Slice[], move: Move): Promise<void> {
  const ordered = slices.toSorted((one, other) => one.partition - other.partition);
  const text = (offset: bigint | undefined) => (offset === undefined ? null : String(offset));
  const { rowCount } = await client.query({
    name: 'move-positions',
    text: moveStatement,
    values: [
      move.topic,
      move.owner,
      ordered.map(({ partition }) => partition),
      ordered.map(({ partition }) => String(move.held.get(partition)?.next ?? NOTHING_YET)),
      ordered.map(({ nextOffset }) => String(nextOffset)),
      ordered.map(({ partition }) => text(move.held.get(partition)?.published)),
      ordered.map(lastReceived),
    ],
  });
  if (rowCount === ordered.length) return;
  const names = ordered.map(({ partition }) => partition).join(', ');
  throw new BatchFenced(`of the partitions ${names}, only ${rowCount ?? 0} are still ours and where we left them`);
}
