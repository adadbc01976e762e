import type { DataClass } from '#catalog/events/index.ts';
import type { Calendar } from './calendar.ts';
import type { DecodedEvent } from './decode.ts';
import type { Identity } from './identity.ts';
import type { Poison } from './poison.ts';

/** A game in one data class, as the event store knows it. */
export interface Tenant {
  readonly id: number;
  readonly gameId: string;
  readonly dataClass: DataClass;
  readonly calendar: Calendar;
}

/** One event type of one tenant. */
export interface Series {
  readonly id: number;
  readonly tenant: Tenant;
  readonly eventType: string;
}

/** Where a record stands in the raw topic. */
export interface Place {
  readonly partition: number;
  readonly offset: bigint;
}

/** A record as it came. */
export interface RawRecord extends Place {
  readonly value: Buffer | null;
}

/** An event whose tenant and series are known: everything that storing it needs, short of what the database decides. */
export interface StorableEvent extends DecodedEvent, Identity {
  /** The record that holds it; bytes and offset are asked of it when they are needed. */
  readonly record: RawRecord;
  readonly series: Series;
  /** Day in the tenant's time zone. */
  readonly day: number;
}

/** A record that cannot be stored. */
export interface PoisonRecord {
  readonly kind: 'poison';
  readonly record: RawRecord;
  readonly poison: Poison;
  readonly tenant: Tenant | undefined;
  readonly receivedMillis: number;
}

export type JudgedRecord = StorableEvent | PoisonRecord;

/** Consecutive records of one partition, read together. */
export interface Slice {
  readonly topic: string;
  readonly partition: number;
  /** Where reading goes on behind them. */
  readonly nextOffset: bigint;
  readonly records: readonly JudgedRecord[];
}
