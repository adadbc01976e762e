import { CLOCK, type DataClass, events, type IncomingEvent } from '#catalog/events/index.ts';
import type { ContentCheck } from './content.ts';
import { envelopeProblem } from './envelope.ts';
import type { RecentIds } from './recent-ids.ts';
import type { SuppressionList } from './suppression.ts';
import { parseTimestamp, toUtc } from './timestamp.ts';
import { duplicate, type Mark, type Reason, rejected, shown, type Verdict } from './verdict.ts';

/** What the sender may write, and how. */
export interface Admission {
  readonly game: string;
  readonly dataClass: DataClass;
  /** A positive number that stands for game and data class. */
  readonly scope: number;
  readonly unknownEvents: 'accept' | 'reject';
  /** Set for a player's own token: it may not speak for others. */
  readonly onlyPlayer?: string | undefined;
  /** Old events are wanted, not late. */
  readonly backfill: boolean;
  readonly receivedAtMillis: number;
  /** The same moment as text. */
  readonly receivedAt: string;
}

export interface JudgeOptions {
  readonly recent: RecentIds;
  readonly suppression: SuppressionList;
  /** Of the event's JSON, as it would stand in the topic. */
  readonly maxEventBytes: number;
}

const knownTypes: ReadonlySet<string> = new Set(events.map(({ type }) => type));
const dayHours = CLOCK.maxAheadMillis / 3_600_000;

const timestampInvalid = (value: string): Reason => ({
  code: 'timestamp_invalid',
  path: '/event_timestamp',
  value: shown(value),
  rule: 'an RFC 3339 date-time that exists, not before 1970, such as 2026-11-20T22:30:00.000Z',
  fix: 'Send the time in UTC in this form.',
});

const timestampAhead = (value: string): Reason => ({
  code: 'timestamp_ahead',
  path: '/event_timestamp',
  value,
  rule: `not more than ${dayHours} hours ahead of the server's clock`,
  fix: "Set the client's clock, and send seconds or milliseconds as the format says.",
});

const gameForbidden = (value: string, game: string): Reason => ({
  code: 'game_forbidden',
  path: '/game_id',
  value: shown(value),
  rule: `this credential writes events of the game "${game}" only`,
  fix: `Send "${game}" or use a credential of that game.`,
});

const playerForbidden: Reason = {
  code: 'player_forbidden',
  path: '/player_id',
  rule: "a player's token writes events of that player only",
  fix: 'Send the own player id, or use an API key.',
};

const playerErased: Reason = {
  code: 'player_erased',
  path: '/player_id',
  rule: 'events of an erased player are refused',
  fix: 'Stop sending events of this player.',
};

const typeUnknown = (value: string): Reason => ({
  code: 'event_type_unknown',
  path: '/event_type',
  value,
  rule: 'this game accepts only event types that have a schema',
  fix: 'Correct the type, register its schema, or let the game accept unknown types.',
});

const tooLarge = (bytes: number, limit: number): Reason => ({
  code: 'event_too_large',
  path: '/',
  value: `${bytes} bytes`,
  rule: `an event has at most ${limit} bytes`,
  fix: 'Send less in "properties".',
});

/** Bytes of UTF-8, at most, of a character of a JavaScript string. */
const maxBytesPerUnit = 3;

export class Judge {
  readonly #options: JudgeOptions;

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  /**
   * Decides one event that is in our envelope, or claims to be. May bring `event_id` and `event_timestamp` of the
   * candidate into normal form.
   */
  judge(candidate: unknown, admission: Admission, content: ContentCheck): Verdict {
    const problem = envelopeProblem(candidate);
    if (problem) return rejected(problem);
    // The envelope was just checked against its schema.
    const event = candidate as IncomingEvent;
    const refusal = this.#refusal(event, admission) ?? content.problemIn(event);
    if (refusal) return rejected(refusal);
    const millis = parseTimestamp(event.event_timestamp);
    const clock = clockProblem(event.event_timestamp, millis - admission.receivedAtMillis);
    if (clock) return rejected(clock);
    event.event_id = event.event_id.toLowerCase();
    event.event_timestamp = toUtc(event.event_timestamp, millis);
    if (this.#options.recent.has(event.event_id, admission.scope)) return duplicate;
    return this.#accept(event, admission, marksOf(event, admission, millis));
  }

  #refusal(event: IncomingEvent, { game, onlyPlayer, unknownEvents }: Admission): Reason | undefined {
    if (event.game_id !== game) return gameForbidden(event.game_id, game);
    if (onlyPlayer !== undefined && event.player_id !== onlyPlayer) return playerForbidden;
    if (this.#options.suppression.has(game, event.player_id)) return playerErased;
    if (unknownEvents === 'reject' && !knownTypes.has(event.event_type)) return typeUnknown(event.event_type);
    return undefined;
  }

  #accept(event: IncomingEvent, admission: Admission, marks: readonly Mark[]): Verdict {
    const value = acceptedEventJson(event, admission, marks);
    const { maxEventBytes } = this.#options;
    if (value.length * maxBytesPerUnit > maxEventBytes) {
      const bytes = Buffer.byteLength(value);
      if (bytes > maxEventBytes) return rejected(tooLarge(bytes, maxEventBytes));
    }
    return { status: 'accepted', eventId: event.event_id, playerId: event.player_id, value, marks };
  }
}

function clockProblem(text: string, aheadMillis: number): Reason | undefined {
  // NaN fails both comparisons.
  if (aheadMillis > CLOCK.maxAheadMillis) return timestampAhead(text);
  return aheadMillis <= CLOCK.maxAheadMillis ? undefined : timestampInvalid(text);
}

const noMarks: readonly Mark[] = [];

function marksOf(event: IncomingEvent, { backfill, receivedAtMillis }: Admission, millis: number): readonly Mark[] {
  const old = receivedAtMillis - millis > CLOCK.lateAfterMillis;
  const custom = !knownTypes.has(event.event_type);
  if (!old && !custom) return noMarks;
  const age: Mark = backfill ? 'backfill' : 'late';
  return [...(old ? [age] : []), ...(custom ? (['custom'] as const) : [])];
}

/** Appends what the server knows to the event's own JSON: cheaper than building a second object for every event. */
function acceptedEventJson(event: IncomingEvent, admission: Admission, marks: readonly Mark[]): string {
  const { receivedAt, dataClass } = admission;
  const own = JSON.stringify(event);
  const list = marks.length === 0 ? '[]' : JSON.stringify(marks);
  return `${own.slice(0, -1)},"received_at":"${receivedAt}","data_class":"${dataClass}","marks":${list}}`;
}
