import type { AcceptedEvent } from '#catalog/events/index.ts';

/**
 * What the event store must hold after a set of events, computed with nothing but maps and sets: no batches, no states,
 * no order. `rows` are comparable with what `rollupQueries` read.
 */
export type Rollups = Readonly<Record<string, Readonly<Record<string, string>>>>;

const MINUTE = 60_000;
const DAY = 86_400_000;

const dayIn = (timeZone: string) => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  return (millis: number) => format.format(millis);
};
const plusDays = (day: string, days: number) => new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
const minuteName = (minute: number) => new Date(minute * MINUTE).toISOString();
const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / DAY;

class Table {
  readonly #cells = new Map<string, bigint[]>();

  add(key: readonly (string | number)[], ...amounts: readonly (number | bigint)[]): void {
    const id = key.join(' | ');
    const before = this.#cells.get(id) ?? amounts.map(() => 0n);
    this.#cells.set(
      id,
      before.map((sum, place) => sum + BigInt(amounts[place] ?? 0)),
    );
  }

  get rows(): Record<string, string> {
    const entries = [...this.#cells].filter(([, sums]) => sums.some((sum) => sum !== 0n));
    return Object.fromEntries(entries.sort().map(([key, sums]) => [key, sums.join(' ')]));
  }
}

const money = ({ event_type: type, properties }: AcceptedEvent) =>
  type === 'iap_transaction' || (type === 'item_purchased' && properties.transaction_id === undefined)
    ? { currency: String(properties.currency), amount: Number(properties.amount) }
    : undefined;

const sides = (amount: number) => [amount > 0 ? 1 : 0, amount < 0 ? 1 : 0] as const;

class Model {
  readonly #events: readonly AcceptedEvent[];
  readonly #day: (millis: number) => string;
  readonly #tables = new Map<string, Table>();

  constructor(events: readonly AcceptedEvent[], timeZone: string) {
    this.#events = events;
    this.#day = dayIn(timeZone);
  }

  compute(): Rollups {
    for (const event of this.#events) this.#count(event);
    for (const [player, own] of Map.groupBy(this.#events, ({ player_id }) => player_id)) this.#activity(player, own);
    this.#scores();
    return Object.fromEntries([...this.#tables].map(([name, table]) => [name, table.rows]));
  }

  #table(name: string): Table {
    const table = this.#tables.get(name) ?? new Table();
    this.#tables.set(name, table);
    return table;
  }

  #count(event: AcceptedEvent): void {
    const millis = Date.parse(event.event_timestamp);
    const day = this.#day(millis);
    const minute = Math.floor(millis / MINUTE);
    const { event_type: type, properties } = event;
    this.#table('event_counts_minute').add([type, minuteName(minute)], 1);
    this.#table('event_counts_hour').add([type, minuteName(minute - (minute % 60))], 1);
    this.#table('event_counts_day').add([type, day], 1);
    if (type === 'session_start') this.#table('session_days').add([day], 1, 0, 0);
    if (type === 'session_end')
      this.#table('session_days').add([day], 0, 1, Math.round(Number(properties.duration_seconds) * 1000));
    const earned = money(event);
    if (earned) {
      const amounts = [...sides(earned.amount), earned.amount];
      this.#table('revenue_days').add([day, earned.currency], ...amounts);
      this.#table('player_revenue_days').add([event.player_id, day, earned.currency], ...amounts);
    }
    this.#item(event, day);
    if (type === 'performance_sample') this.#performance(properties, day);
  }

  #performance({ fps, ping_millis: ping, crashed }: AcceptedEvent['properties'], day: string): void {
    const whole = (value: unknown) => {
      const number = Number(value);
      return number > 1_000 ? Math.min(60_000, Math.round(number / 100) * 100) : Math.round(number);
    };
    this.#table('performance_days').add([day, 'fps', whole(fps)], 1);
    this.#table('performance_days').add([day, 'ping_millis', whole(ping)], 1);
    this.#table('performance_days').add([day, 'crashed', crashed === true ? 1 : 0], 1);
  }

  #item({ event_type: type, properties }: AcceptedEvent, day: string): void {
    const item = String(properties.item_id);
    if (type === 'item_viewed') this.#table('item_days').add([day, item, ''], 1, 0, 0, 0, 0);
    if (type !== 'item_purchased') return;
    const amount = Number(properties.amount);
    const quantity = Number(properties.quantity ?? 1) * (amount < 0 ? -1 : 1);
    const key = [day, item, String(properties.currency)];
    this.#table('item_days').add(key, 0, ...sides(amount), quantity, amount);
  }

  #activity(player: string, events: readonly AcceptedEvent[]): void {
    const times = events.map((event) => Date.parse(event.event_timestamp));
    const days = [...new Set(times.map(this.#day))].sort();
    const [first = ''] = days;
    for (const day of days) {
      this.#table('player_days').add([player, day], 1);
      this.#table('cohort_days').add([first, daysBetween(first, day)], 1);
    }
    for (const window of [1, 7, 30]) {
      const covered = new Set(
        days.flatMap((day) => Array.from({ length: window }, (_, after) => plusDays(day, after))),
      );
      for (const day of covered) this.#table('active_players').add([window, day], 1);
    }
    const soon = events.filter((event) => {
      const delay = Date.parse(event.received_at) - Date.parse(event.event_timestamp);
      return delay <= 50 * MINUTE && delay >= -5 * MINUTE;
    });
    const online = new Set(
      soon.flatMap((event) => {
        const minute = Math.floor(Date.parse(event.event_timestamp) / MINUTE);
        return [0, 1, 2, 3, 4].map((after) => minute + after);
      }),
    );
    for (const minute of online) this.#table('online_minutes').add([minuteName(minute)], 1);
    this.#player(player, { events, times, days });
  }

  #player(
    player: string,
    { events, times, days }: { events: readonly AcceptedEvent[]; times: number[]; days: string[] },
  ) {
    const count = (wanted: (event: AcceptedEvent) => boolean) => events.filter(wanted).length;
    const playtime = events
      .filter(({ event_type }) => event_type === 'session_end')
      .reduce((sum, { properties }) => sum + Math.round(Number(properties.duration_seconds) * 1000), 0);
    const first = new Date(Math.min(...times)).toISOString();
    const last = minuteName(Math.floor(Math.max(...times) / MINUTE));
    this.#table('players').add(
      [player, first, days[0] ?? '', last, days.at(-1) ?? ''],
      days.length,
      count(({ event_type }) => event_type === 'session_start'),
      playtime,
      count((event) => (money(event)?.amount ?? 0) > 0),
      count((event) => (money(event)?.amount ?? 0) < 0),
    );
  }

  #scores(): void {
    const best = new Map<string, AcceptedEvent>();
    const scoreOf = (event: AcceptedEvent) => Number(event.properties.score);
    for (const event of this.#events) {
      if (event.event_type !== 'level_completed' || event.properties.score === undefined) continue;
      const key = `level:${event.properties.level} | ${event.player_id}`;
      const before = best.get(key);
      const order = before
        ? scoreOf(event) - scoreOf(before) ||
          Date.parse(before.event_timestamp) - Date.parse(event.event_timestamp) ||
          (event.event_id < before.event_id ? 1 : -1)
        : 1;
      if (order > 0) best.set(key, event);
    }
    for (const [key, event] of best) {
      const at = new Date(event.event_timestamp).toISOString();
      this.#table('leaderboard_scores').add([key, at, event.event_id], scoreOf(event), 1);
    }
  }
}

/** The rollups of distinct events of one game, in its time zone. */
export const expectedRollups = (events: readonly AcceptedEvent[], timeZone: string): Rollups =>
  new Model(events, timeZone).compute();

const minute = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Keys and sums of each rollup as analytics-api sees them; the same names and forms as the model's. */
export const rollupQueries: Readonly<Record<string, { readonly keys: string; readonly sums: string }>> = {
  event_counts_minute: { keys: `event_type, ${minute('minute')}`, sums: 'events' },
  event_counts_hour: { keys: `event_type, ${minute('hour')}`, sums: 'events' },
  event_counts_day: { keys: 'event_type, day', sums: 'events' },
  session_days: { keys: 'day', sums: 'started, ended, length_millis' },
  revenue_days: { keys: 'day, currency', sums: 'purchases, refunds, amount' },
  player_revenue_days: { keys: 'player_id, day, currency', sums: 'purchases, refunds, amount' },
  item_days: { keys: 'day, item_id, currency', sums: 'views, purchases, refunds, quantity, amount' },
  performance_days: { keys: 'day, metric, value', sums: 'samples' },
  player_days: { keys: 'player_id, day', sums: '1' },
  cohort_days: { keys: 'cohort_day, day_number', sums: 'players' },
  active_players: { keys: 'window_days, day', sums: 'players' },
  online_minutes: { keys: minute('minute'), sums: 'players' },
  players: {
    keys: `player_id, ${minute('first_seen_at')}, first_day, ${minute('last_seen_at')}, last_day`,
    sums: 'active_days, sessions, playtime_millis, purchases, refunds',
  },
  leaderboard_scores: { keys: `board, player_id, ${minute('achieved_at')}, event_id`, sums: 'score, 1' },
};

interface Client {
  query(text: string): Promise<{ rows: { key: string; sums: string }[] }>;
}

/** What the views show now. */
export async function readRollups(client: Client): Promise<Rollups> {
  const found: Record<string, Record<string, string>> = {};
  for (const [view, { keys, sums }] of Object.entries(rollupQueries)) {
    const amounts = sums.split(', ').map((sum) => `(${sum})::text`);
    const { rows } = await client.query(
      `SELECT concat_ws(' | ', ${keys}) AS key, concat_ws(' ', ${amounts.join(', ')}) AS sums FROM analytics.${view}`,
    );
    const shown = rows.filter((row) => /[^0 ]/.test(row.sums)).map((row) => [row.key, row.sums] as const);
    if (shown.length > 0) found[view] = Object.fromEntries(shown.sort());
  }
  return found;
}
