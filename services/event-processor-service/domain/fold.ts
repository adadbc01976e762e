import type { PropertiesOf } from '#catalog/events/index.ts';
import { scoreOf } from './boards.ts';
import { HOUR_MINUTES, minuteOf } from './calendar.ts';
import type { StorableEvent, Tenant } from './event.ts';
import type { KnownPlayers } from './known-players.ts';
import { revenueOf } from './money.ts';
import { performanceCells } from './performance.ts';
import { countsAsOnline, type PlayerTouch, wasOnline } from './player.ts';
import { Sums } from './sums.ts';

/** What a batch of events changes, as far as the events alone say it. */
export interface Fold {
  readonly sums: Sums;
  /** Only players of whom something is not certainly in the store yet. */
  readonly touches: ReadonlyMap<Tenant, ReadonlyMap<string, PlayerTouch>>;
  readonly sessions: readonly SessionChange[];
  readonly scores: readonly ScoreChange[];
}

export interface SessionChange {
  readonly tenantId: number;
  readonly playerId: string;
  readonly sessionId: string;
  readonly startedMillis: number | undefined;
  readonly ended: SessionEnd | undefined;
}

interface SessionEnd {
  readonly atMillis: number;
  readonly lengthMillis: number;
}

export interface ScoreChange {
  readonly tenant: Tenant;
  readonly board: string;
  readonly playerId: string;
  readonly score: number;
  readonly achievedMillis: number;
  readonly eventId: string;
}

/** A length above this is a broken clock, not a session. */
export const MAX_SESSION_MILLIS = 7 * 86_400_000;

class Touch implements PlayerTouch {
  firstMillis = Number.POSITIVE_INFINITY;
  lastMinute = Number.NEGATIVE_INFINITY;
  sessions = 0;
  playtimeMillis = 0;
  purchases = 0;
  refunds = 0;
  readonly #days = new Set<number>();
  readonly #online = new Set<number>();

  see(event: StorableEvent, minute: number): void {
    this.firstMillis = Math.min(this.firstMillis, event.timestampMillis);
    this.lastMinute = Math.max(this.lastMinute, minute);
    this.#days.add(event.day);
    if (countsAsOnline(event.receivedMillis - event.timestampMillis)) this.#online.add(minute);
  }

  get days(): readonly number[] {
    return [...this.#days].sort((one, other) => one - other);
  }

  get onlineMinutes(): readonly number[] {
    return [...this.#online].sort((one, other) => one - other);
  }
}

const ascending = <Row>(rows: Map<string, Row>): Row[] =>
  [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);

class Folding {
  readonly sums = new Sums();
  readonly touches = new Map<Tenant, Map<string, Touch>>();
  readonly sessions = new Map<string, SessionChange>();
  readonly scores = new Map<string, ScoreChange>();
  readonly #known: KnownPlayers;
  readonly #minutes = new Map<number, Map<number, { readonly event: StorableEvent; count: number }>>();

  constructor(known: KnownPlayers) {
    this.#known = known;
  }

  add(event: StorableEvent): void {
    const minute = minuteOf(event.timestampMillis);
    this.#count(event, minute);
    if (event.known) handlers.get(event.event.event_type)?.(this, event);
    this.#touchIfNews(event, minute)?.see(event, minute);
  }

  /** Minutes are counted first: few rows then make the hours and days. */
  finish(): Fold {
    for (const [seriesId, minutes] of this.#minutes) {
      for (const [minute, { event, count: events }] of minutes) {
        this.sums.add('event_counts_minute', { series_id: seriesId, minute }, { events });
        const hour = minute - (minute % HOUR_MINUTES);
        this.sums.add('event_counts_hour', { series_id: seriesId, hour }, { events });
        this.sums.add('event_counts_day', { series_id: seriesId, day: event.day }, { events });
      }
    }
    return {
      sums: this.sums,
      touches: this.touches,
      sessions: ascending(this.sessions),
      scores: ascending(this.scores),
    };
  }

  touchOf({ series: { tenant }, event }: StorableEvent): Touch {
    const players = this.touches.get(tenant) ?? new Map<string, Touch>();
    this.touches.set(tenant, players);
    const touch = players.get(event.player_id) ?? new Touch();
    players.set(event.player_id, touch);
    return touch;
  }

  #count(event: StorableEvent, minute: number): void {
    const { id } = event.series;
    const minutes = this.#minutes.get(id) ?? new Map();
    this.#minutes.set(id, minutes);
    const counted = minutes.get(minute);
    if (counted) counted.count += 1;
    else minutes.set(minute, { event, count: 1 });
  }

  #touchIfNews(event: StorableEvent, minute: number): Touch | undefined {
    const { tenant } = event.series;
    const touched = this.touches.get(tenant)?.get(event.event.player_id);
    if (touched) return touched;
    const known = this.#known.get(tenant.id, event.event.player_id);
    if (!known) return this.touchOf(event);
    const { state } = known;
    const settled =
      event.day === known.day &&
      minute <= state.lastMinute &&
      event.timestampMillis >= state.firstSeenMillis &&
      (wasOnline(state, minute) || !countsAsOnline(event.receivedMillis - event.timestampMillis));
    return settled ? undefined : this.touchOf(event);
  }
}

type Handler = (folding: Folding, event: StorableEvent) => void;

/** What is read from the properties of known types; each event was validated by the schema of its type. */
const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['session_start', startSession],
  ['session_end', endSession],
  ['item_viewed', viewItem],
  ['item_purchased', purchaseItem],
  ['iap_transaction', earn],
  ['level_completed', score],
  ['match_end', score],
  ['performance_sample', countPerformance],
]);

/** Types whose properties something is read from. */
export const READ_TYPES: ReadonlySet<string> = new Set(handlers.keys());

function startSession(folding: Folding, event: StorableEvent): void {
  folding.touchOf(event).sessions += 1;
  folding.sums.add('session_days', { tenant_id: event.series.tenant.id, day: event.day }, { started: 1 });
  changeSession(folding, event, { startedMillis: event.timestampMillis, ended: undefined });
}

function endSession(folding: Folding, event: StorableEvent): void {
  const { duration_seconds: seconds } = event.event.properties as PropertiesOf<'session_end'>;
  const lengthMillis = Math.min(MAX_SESSION_MILLIS, Math.round(seconds * 1000));
  folding.touchOf(event).playtimeMillis += lengthMillis;
  const key = { tenant_id: event.series.tenant.id, day: event.day };
  folding.sums.add('session_days', key, { ended: 1, length_millis: lengthMillis });
  changeSession(folding, event, {
    startedMillis: undefined,
    ended: { atMillis: event.timestampMillis, lengthMillis },
  });
}

const earliest = (one: number | undefined, other: number | undefined) =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

function latestEnd(one: SessionEnd | undefined, other: SessionEnd | undefined): SessionEnd | undefined {
  if (!one || !other) return one ?? other;
  const later = one.atMillis - other.atMillis || one.lengthMillis - other.lengthMillis;
  return later >= 0 ? one : other;
}

function changeSession(
  folding: Folding,
  { event, series }: StorableEvent,
  change: Pick<SessionChange, 'startedMillis' | 'ended'>,
): void {
  if (event.session_id === undefined) return;
  const identity = { tenantId: series.tenant.id, playerId: event.player_id, sessionId: event.session_id };
  const key = Object.values(identity).join('\u0000');
  const before = folding.sessions.get(key);
  const startedMillis = earliest(before?.startedMillis, change.startedMillis);
  folding.sessions.set(key, { ...identity, startedMillis, ended: latestEnd(before?.ended, change.ended) });
}

function viewItem({ sums }: Folding, { event, series, day }: StorableEvent): void {
  const { item_id } = event.properties as PropertiesOf<'item_viewed'>;
  sums.add('item_days', { tenant_id: series.tenant.id, day, item_id, currency: '' }, { views: 1 });
}

const sides = (amount: number) => ({ purchases: amount > 0 ? 1 : 0, refunds: amount < 0 ? 1 : 0 });

function purchaseItem(folding: Folding, event: StorableEvent): void {
  const { item_id, currency, amount, quantity = 1 } = event.event.properties as PropertiesOf<'item_purchased'>;
  const counted = BigInt(Number.isSafeInteger(quantity) ? quantity : 1);
  folding.sums.add(
    'item_days',
    { tenant_id: event.series.tenant.id, day: event.day, item_id, currency },
    { ...sides(amount), quantity: amount < 0 ? -counted : counted, amount: BigInt(amount) },
  );
  earn(folding, event);
}

function earn(folding: Folding, event: StorableEvent): void {
  const money = revenueOf(event.event);
  if (!money) return;
  const { currency, amount } = money;
  const { tenant } = event.series;
  const added = { ...sides(amount), amount: BigInt(amount) };
  const key = { tenant_id: tenant.id, day: event.day, currency };
  folding.sums.add('revenue_days', key, added);
  folding.sums.add('player_revenue_days', { ...key, player_id: event.event.player_id }, added);
  const touch = folding.touchOf(event);
  touch.purchases += added.purchases;
  touch.refunds += added.refunds;
}

function countPerformance(folding: Folding, event: StorableEvent): void {
  const key = { tenant_id: event.series.tenant.id, day: event.day };
  for (const cell of performanceCells(event.event.properties as PropertiesOf<'performance_sample'>))
    folding.sums.add('performance_days', { ...key, ...cell }, { samples: 1 });
}

/** Of equal scores the earlier stands, and of those at the same moment the smaller id: the order of arrival is nothing. */
export function isBetter(
  one: Pick<ScoreChange, 'score' | 'achievedMillis' | 'eventId'>,
  other: Pick<ScoreChange, 'score' | 'achievedMillis' | 'eventId'>,
): boolean {
  if (one.score !== other.score) return one.score > other.score;
  if (one.achievedMillis !== other.achievedMillis) return one.achievedMillis < other.achievedMillis;
  return one.eventId < other.eventId;
}

function score({ scores }: Folding, event: StorableEvent): void {
  const found = scoreOf(event.event);
  if (!found) return;
  const { tenant } = event.series;
  const change = {
    tenant,
    playerId: event.event.player_id,
    achievedMillis: event.timestampMillis,
    eventId: event.event.event_id.toLowerCase(),
    ...found,
  };
  const key = [tenant.id, found.board, change.playerId].join('\u0000');
  const before = scores.get(key);
  if (!before || isBetter(change, before)) scores.set(key, change);
}

/** What the events, each of them stored for the first time, change in the rollups. */
export function fold(events: readonly StorableEvent[], known: KnownPlayers): Fold {
  const folding = new Folding(known);
  for (const event of events) folding.add(event);
  return folding.finish();
}
