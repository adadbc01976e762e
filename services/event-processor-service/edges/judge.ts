import type { IncomingMessage } from '#kit/kafka/index.ts';
import { type DecodedEvent, decode } from '../domain/decode.ts';
import type { JudgedRecord, PoisonRecord } from '../domain/event.ts';
import { type Poison, poison, subjectOf } from '../domain/poison.ts';
import type { EventStore, SeriesName } from './store/event-store.ts';

/** The time zone of a game; undefined when there is no such game. */
export type TimeZoneOf = (gameId: string) => Promise<string | undefined>;

const nameOf = ({ event }: DecodedEvent): SeriesName => ({
  gameId: event.game_id,
  dataClass: event.data_class,
  eventType: event.event_type,
});

const refusals = {
  game_unknown: ({ event }: DecodedEvent) =>
    `There is no game "${event.game_id}". Create the game, then replay the event.`,
  too_many_event_types: ({ event }: DecodedEvent) =>
    `The game has all the event types that it may have, and "${event.event_type}" is not one of them. Use fewer types.`,
} as const;

/** Turns messages of the raw topic into records that can be stored or put aside. */
export class RecordJudge {
  readonly #series: EventStore['series'];
  readonly #timeZoneOf: TimeZoneOf;

  constructor(series: EventStore['series'], timeZoneOf: TimeZoneOf) {
    this.#series = series;
    this.#timeZoneOf = timeZoneOf;
  }

  /** Errors: what the databases throw while games or series that are new to this process cannot be looked up. */
  async judge(messages: readonly IncomingMessage[]): Promise<readonly JudgedRecord[]> {
    const decoded = messages.map(({ value }) => decode(value));
    const missing = new Map<string, SeriesName>();
    for (const one of decoded) {
      if (one.kind === 'poison') continue;
      const name = nameOf(one);
      if (!this.#series.find(name)) missing.set(Object.values(name).join('\u0000'), name);
    }
    if (missing.size > 0) await this.#series.resolve([...missing.values()], this.#timeZoneOf);
    return messages.map((message, place) => this.#recordOf(message, decoded[place] ?? decode(null)));
  }

  #recordOf(message: IncomingMessage, decoded: DecodedEvent | Poison): JudgedRecord {
    if (decoded.kind === 'poison') return this.#poisonRecord(message, decoded);
    const name = nameOf(decoded);
    const series = this.#series.find(name);
    if (!series) {
      const reason = this.#series.refusalOf(name);
      const refusal = poison(reason, refusals[reason](decoded), { about: subjectOf(decoded.event) });
      return this.#poisonRecord(message, refusal);
    }
    const { event, value, timestampMillis, receivedMillis, known } = decoded;
    const day = series.tenant.calendar.dayOf(timestampMillis);
    const { partition, offset } = message;
    return { kind: 'event', event, value, timestampMillis, receivedMillis, known, partition, offset, series, day };
  }

  #poisonRecord(message: IncomingMessage, found: Poison): PoisonRecord {
    const { partition, offset, value, timestampMillis } = message;
    const { game_id: gameId, data_class: dataClass, event_type: eventType, received_at: receivedAt } = found.about;
    const series = gameId && dataClass && eventType ? this.#series.find({ gameId, dataClass, eventType }) : undefined;
    const receivedMillis = receivedAt ? Date.parse(receivedAt) : timestampMillis;
    return { kind: 'poison', partition, offset, value, poison: found, tenant: series?.tenant, receivedMillis };
  }
}
