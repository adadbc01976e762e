import { minuteOf } from './calendar.ts';
import type { PoisonRecord, Slice, StorableEvent } from './event.ts';
import type { Sums } from './sums.ts';
import type { SuppressionList } from './suppression.ts';

/** Slices of different partitions that are stored in one transaction. */
export interface Batch {
  readonly slices: readonly Slice[];
  /** Events that are not known to be stored yet, each identity once, in the order of their records. */
  readonly candidates: readonly StorableEvent[];
  /** Events whose identity came earlier in the same batch. */
  readonly repeated: readonly StorableEvent[];
  readonly suppressed: readonly StorableEvent[];
  readonly poison: readonly PoisonRecord[];
}

const isSame = (one: StorableEvent, other: StorableEvent): boolean =>
  one.series.tenant === other.series.tenant && one.event.event_id.toLowerCase() === other.event.event_id.toLowerCase();

/** The identities of one batch. Half a hash finds who might be the same; the ids themselves decide. */
class Seen {
  readonly #byLow = new Map<number, StorableEvent | StorableEvent[]>();

  /** False when the identity came before. */
  add(event: StorableEvent): boolean {
    const found = this.#byLow.get(event.identityLow);
    if (found === undefined) {
      this.#byLow.set(event.identityLow, event);
      return true;
    }
    const alike = Array.isArray(found) ? found : [found];
    if (alike.some((one) => isSame(one, event))) return false;
    this.#byLow.set(event.identityLow, [...alike, event]);
    return true;
  }
}

export function assemble(slices: readonly Slice[], suppressions: SuppressionList): Batch {
  const seen = new Seen();
  const batch = {
    slices,
    candidates: [] as StorableEvent[],
    repeated: [] as StorableEvent[],
    suppressed: [] as StorableEvent[],
    poison: [] as PoisonRecord[],
  };
  for (const { records } of slices) {
    for (const record of records) {
      if (record.kind === 'poison') batch.poison.push(record);
      else listOf(batch, record, { seen, suppressions }).push(record);
    }
  }
  return batch;
}

function listOf(
  batch: { candidates: StorableEvent[]; repeated: StorableEvent[]; suppressed: StorableEvent[] },
  record: StorableEvent,
  { seen, suppressions }: { readonly seen: Seen; readonly suppressions: SuppressionList },
): StorableEvent[] {
  if (suppressions.has(record.event.game_id, record.event.player_id)) return batch.suppressed;
  return seen.add(record) ? batch.candidates : batch.repeated;
}

/** What became of the events of a batch. */
export interface Outcome extends Pick<Batch, 'suppressed' | 'poison'> {
  readonly stored: readonly StorableEvent[];
  readonly deduplicated: readonly StorableEvent[];
}

/** Tenant of what belongs to no game. */
export const NO_TENANT = 0;

const columns = ['stored', 'deduplicated', 'suppressed', 'dead_lettered'] as const;
/** Above every minute, so that tenant and minute make one number. */
const MINUTE_SPACE = 2 ** 32;

class MinuteCounts {
  readonly #counts = new Map<number, number>();

  add(tenantId: number, receivedMillis: number): void {
    const key = tenantId * MINUTE_SPACE + minuteOf(receivedMillis);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  addTo(sums: Sums, column: (typeof columns)[number]): void {
    for (const [key, count] of this.#counts) {
      const at = { tenant_id: Math.floor(key / MINUTE_SPACE), minute: key % MINUTE_SPACE };
      sums.add('conservation_minutes', at, { consumed: count, [column]: count });
    }
  }
}

/** Every record of the batch, counted once under what became of it. */
export function conserve(outcome: Outcome, sums: Sums): void {
  const records = { ...outcome, dead_lettered: outcome.poison };
  for (const column of columns) {
    const counts = new MinuteCounts();
    for (const record of records[column]) {
      const tenant = record.kind === 'poison' ? record.tenant : record.series.tenant;
      counts.add(tenant?.id ?? NO_TENANT, record.receivedMillis);
    }
    counts.addTo(sums, column);
  }
}

/** Halves of a batch's records, in order, for finding the one that the database cannot store. Undefined for one record. */
export function split(slices: readonly Slice[]): readonly [readonly Slice[], readonly Slice[]] | undefined {
  const total = slices.reduce((sum, { records }) => sum + records.length, 0);
  if (total < 2) return undefined;
  const first: Slice[] = [];
  const second: Slice[] = [];
  let room = Math.floor(total / 2);
  for (const slice of slices) {
    const taken = Math.min(room, slice.records.length);
    room -= taken;
    const border = slice.records[taken];
    if (taken === 0) second.push(slice);
    else if (!border) first.push(slice);
    else {
      first.push({ ...slice, nextOffset: border.record.offset, records: slice.records.slice(0, taken) });
      second.push({ ...slice, records: slice.records.slice(taken) });
    }
  }
  return [first, second];
}
