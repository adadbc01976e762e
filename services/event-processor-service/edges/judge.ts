import type { IncomingMessage } from '#kit/kafka/index.ts';
import { type DecodedEvent, decode } from '../domain/decode.ts';
import type { JudgedRecord, PoisonRecord, Series, StorableEvent } from '../domain/event.ts';
import { identityWords } from '../domain/identity.ts';
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

/** One shape for all of them, which the engine's optimized code likes. */
function storable(record: IncomingMessage, decoded: DecodedEvent, series: Series): StorableEvent {
  const { identityHigh, identityLow } = identityWords(series.tenant.id, decoded.event.event_id);
  return {
    kind: 'event',
    event: decoded.event,
    deviceClass: decoded.deviceClass,
    propertiesFrom: decoded.propertiesFrom,
    propertiesTo: decoded.propertiesTo,
    propertiesJson: decoded.propertiesJson,
    timestampMillis: decoded.timestampMillis,
    receivedMillis: decoded.receivedMillis,
    known: decoded.known,
    identityHigh,
    identityLow,
    record,
    series,
    day: series.tenant.calendar.dayOf(decoded.timestampMillis),
  };
}

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
    const judged = messages.map((message) => this.#judge(message));
    const open = judged.flatMap((one) => ('open' in one ? [one.open] : []));
    if (open.length === 0) return judged as readonly JudgedRecord[];
    const names = new Map(open.map((decoded) => [Object.values(nameOf(decoded)).join('\u0000'), nameOf(decoded)]));
    await this.#series.resolve([...names.values()], this.#timeZoneOf);
    return judged.map((one) => ('open' in one ? this.#resolved(one.message, one.open) : one));
  }

  /** At once where the series is known, which is nearly always. */
  #judge(message: IncomingMessage): JudgedRecord | { readonly message: IncomingMessage; readonly open: DecodedEvent } {
    const decoded = decode(message.value);
    if (decoded.kind === 'poison') return this.#poisonRecord(message, decoded);
    const series = this.#series.find(nameOf(decoded));
    return series ? storable(message, decoded, series) : { message, open: decoded };
  }

  #resolved(message: IncomingMessage, decoded: DecodedEvent): JudgedRecord {
    const name = nameOf(decoded);
    const series = this.#series.find(name);
    if (series) return storable(message, decoded, series);
    const reason = this.#series.refusalOf(name);
    const refusal = poison(reason, refusals[reason](decoded), { about: subjectOf(decoded.event) });
    return this.#poisonRecord(message, refusal);
  }

  #poisonRecord(message: IncomingMessage, found: Poison): PoisonRecord {
    const { timestampMillis } = message;
    const { game_id: gameId, data_class: dataClass, event_type: eventType, received_at: receivedAt } = found.about;
    const series = gameId && dataClass && eventType ? this.#series.find({ gameId, dataClass, eventType }) : undefined;
    const receivedMillis = receivedAt ? Date.parse(receivedAt) : timestampMillis;
    return { kind: 'poison', record: message, poison: found, tenant: series?.tenant, receivedMillis };
  }
}
