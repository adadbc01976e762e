import { type Database, transaction } from '#kit/postgres/index.ts';
import type { EventStore } from '../event-store.ts';
import { BatchUnstorable, isDataRefused } from '../refusals.ts';
import { BinaryRows } from './binary-rows.ts';
import { BatchCommit, type CommitSettings } from './commit.ts';
import { createDeadLetterStore } from './dead-letters.ts';
import { createErasureStore } from './erasures.ts';
import { DetectedDialect } from './partitions.ts';
import { createPositionStore } from './positions.ts';
import { recall } from './recall.ts';
import { createSeriesStore } from './series.ts';

const storable = (slices: Parameters<EventStore['commit']>[0]) =>
  slices.flatMap(({ records }) => records.filter((record) => record.kind === 'event'));

/** The event store on PostgreSQL: a hypertable where TimescaleDB is installed, native day partitions elsewhere. */
export function createPostgresEventStore(pool: Database, settings: CommitSettings): EventStore {
  const dialect = new DetectedDialect(pool, settings.horizonMillis);
  const rows = new BinaryRows();
  return {
    positions: createPositionStore(pool, settings.topic),
    series: createSeriesStore(pool),
    deadLetters: createDeadLetterStore(pool, settings.topic),
    erasures: createErasureStore(pool),
    commit: async (slices, context) => {
      await dialect.makeRoom(storable(slices));
      try {
        return await transaction(pool, (client) => new BatchCommit(client, { settings, context, rows }).store(slices));
      } catch (error) {
        if (isDataRefused(error)) throw new BatchUnstorable('the database refuses a value', { cause: error });
        throw error;
      }
    },
    recall: (events) => recall(pool, events),
    upkeep: (nowMillis) => dialect.upkeep(nowMillis),
  };
}
