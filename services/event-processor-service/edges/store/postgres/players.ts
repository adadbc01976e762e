import type pg from 'pg';
import { errorCode } from '#kit/errors.ts';
import { type DayAround, MAX_WINDOW_DAYS } from '../../../domain/activity.ts';
import { MINUTE_MILLIS } from '../../../domain/calendar.ts';
import type { Tenant } from '../../../domain/event.ts';
import type { Fold } from '../../../domain/fold.ts';
import type { KnownPlayers } from '../../../domain/known-players.ts';
import type { PlayerState, PlayerTouch } from '../../../domain/player.ts';
import { changesCohort, type SettledPlayer, settle, type TouchedPlayer } from '../../../domain/settle.ts';
import { UNIQUE_VIOLATION, WriteConflict } from '../refusals.ts';
import { numberArray, textArray } from './arrays.ts';

interface Touched {
  readonly tenant: Tenant;
  readonly playerId: string;
  readonly touch: PlayerTouch;
}

const millisOf = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;
const dayNumber = (expression: string) => `(${expression}) - DATE '1970-01-01'`;
const dayFrom = (number: string) => `DATE '1970-01-01' + ${number}`;
const momentFrom = (millis: string) => `to_timestamp(${millis} / 1000.0)`;

/** In one order everywhere, so that two transactions never wait for each other in a circle. */
function inOrder(touches: Fold['touches']): Touched[] {
  const all = [...touches].flatMap(([tenant, players]) =>
    [...players].map(([playerId, touch]) => ({ tenant, playerId, touch })),
  );
  return all.sort((one, other) => one.tenant.id - other.tenant.id || (one.playerId < other.playerId ? -1 : 1));
}

const keysOf = (players: readonly { readonly tenant: Tenant; readonly playerId: string }[]) => [
  numberArray(players.map(({ tenant }) => tenant.id)),
  textArray(players.map(({ playerId }) => playerId)),
];

type StateRow = [
  place: number,
  firstSeenMillis: number,
  firstDay: number,
  lastSeenMillis: number,
  lastDay: number,
  activeDays: number,
  onlineMinute: number,
  onlineBits: string,
  sessions: number,
  playtimeMillis: number,
  purchases: number,
  refunds: number,
];

const selectStates = `
  SELECT x.place::integer, ${millisOf('p.first_seen_at')}, ${dayNumber('p.first_day')}, ${millisOf('p.last_seen_at')},
    ${dayNumber('p.last_day')}, p.active_days, p.online_minute, p.online_bits, p.sessions, p.playtime_millis::float8,
    p.purchases, p.refunds
  FROM unnest($1::integer[], $2::text[]) WITH ORDINALITY AS x (tenant_id, player_id, place)
  JOIN event_store.players p USING (tenant_id, player_id)
  ORDER BY x.place`;

const stateOf = (row: StateRow): PlayerState => ({
  firstSeenMillis: row[1],
  firstDay: row[2],
  lastMinute: Math.floor(row[3] / MINUTE_MILLIS),
  lastDay: row[4],
  activeDays: row[5],
  onlineMinute: row[6],
  onlineBits: BigInt.asUintN(64, BigInt(row[7])),
  sessions: row[8],
  playtimeMillis: row[9],
  purchases: row[10],
  refunds: row[11],
});

/** The states of players, in their order; with `lock` nobody else changes them before this transaction is over. */
export async function readStates(
  client: Pick<pg.ClientBase, 'query'>,
  players: readonly { readonly tenant: Tenant; readonly playerId: string }[],
  lock: '' | 'FOR UPDATE OF p' = '',
): Promise<ReadonlyMap<number, PlayerState>> {
  const { rows } = await client.query<StateRow>({
    text: `${selectStates} ${lock}`,
    values: keysOf(players),
    rowMode: 'array',
  });
  return new Map(rows.map((row) => [row[0] - 1, stateOf(row)]));
}

type AroundRow = [place: number, known: boolean, previous: number | null, next: number | null];

const nearest = (aggregate: 'max' | 'min', condition: string) =>
  dayNumber(`SELECT ${aggregate}(d.day) FROM event_store.player_days d
    WHERE d.tenant_id = x.tenant_id AND d.player_id = x.player_id AND ${condition}`);

const selectAround = `
  SELECT x.place::integer,
    EXISTS (SELECT FROM event_store.player_days d
      WHERE d.tenant_id = x.tenant_id AND d.player_id = x.player_id AND d.day = ${dayFrom('x.day')}),
    ${nearest('max', `d.day < ${dayFrom('x.day')} AND d.day > ${dayFrom(`x.day - ${MAX_WINDOW_DAYS}`)}`)},
    ${nearest('min', `d.day > ${dayFrom('x.day')} AND d.day < ${dayFrom(`x.day + ${MAX_WINDOW_DAYS}`)}`)}
  FROM unnest($1::integer[], $2::text[], $3::integer[]) WITH ORDINALITY AS x (tenant_id, player_id, day, place)`;

/** What the store knows around each day of each player; a day that is known already is not asked for. */
async function readDays(
  client: pg.ClientBase,
  players: readonly Touched[],
  known: KnownPlayers,
): Promise<readonly (readonly DayAround[])[]> {
  const answers = players.map(({ tenant, playerId, touch }): DayAround[] => {
    const player = known.get(tenant.id, playerId);
    return touch.days.map((day) =>
      player?.day === day
        ? { day, isNew: false, previous: player.previousDay, next: undefined }
        : { day, isNew: true, previous: undefined, next: undefined },
    );
  });
  const asked = answers.flatMap((days, place) =>
    days.flatMap(({ isNew, day }, index) => (isNew ? [{ place, index, day }] : [])),
  );
  if (asked.length === 0) return answers;
  const subjects = asked.flatMap(({ place }) => players[place] ?? []);
  const { rows } = await client.query<AroundRow>({
    text: selectAround,
    values: [...keysOf(subjects), numberArray(asked.map(({ day }) => day))],
    rowMode: 'array',
  });
  for (const [at, isKnown, previous, next] of rows) {
    const { place = -1, index = -1, day = 0 } = asked[at - 1] ?? {};
    const days = answers[place];
    if (days) days[index] = { day, isNew: !isKnown, previous: previous ?? undefined, next: next ?? undefined };
  }
  return answers;
}

/** All days of players whose first day moves: rare, and only then are they read. */
async function readAllDays(client: pg.ClientBase, players: readonly Touched[]): Promise<Map<number, number[]>> {
  if (players.length === 0) return new Map();
  const { rows } = await client.query<{ place: number; day: number }>({
    text: `SELECT x.place::integer, ${dayNumber('d.day')} AS day
           FROM unnest($1::integer[], $2::text[]) WITH ORDINALITY AS x (tenant_id, player_id, place)
           JOIN event_store.player_days d USING (tenant_id, player_id)`,
    values: keysOf(players),
  });
  const found = new Map<number, number[]>();
  for (const { place, day } of rows) found.set(place - 1, [...(found.get(place - 1) ?? []), day]);
  return found;
}

const columnsOf = (players: readonly SettledPlayer[]) => [
  ...keysOf(players),
  numberArray(players.map(({ state }) => state.firstSeenMillis)),
  numberArray(players.map(({ state }) => state.firstDay)),
  numberArray(players.map(({ state }) => state.lastMinute * MINUTE_MILLIS)),
  numberArray(players.map(({ state }) => state.lastDay)),
  numberArray(players.map(({ state }) => state.activeDays)),
  numberArray(players.map(({ state }) => state.onlineMinute)),
  numberArray(players.map(({ state }) => BigInt.asIntN(64, state.onlineBits))),
  numberArray(players.map(({ state }) => state.sessions)),
  numberArray(players.map(({ state }) => state.playtimeMillis)),
  numberArray(players.map(({ state }) => state.purchases)),
  numberArray(players.map(({ state }) => state.refunds)),
];

const unnested = `unnest($1::integer[], $2::text[], $3::float8[], $4::integer[], $5::float8[], $6::integer[],
    $7::integer[], $8::integer[], $9::bigint[], $10::integer[], $11::bigint[], $12::integer[], $13::integer[])
  AS x (tenant_id, player_id, first_seen, first_day, last_seen, last_day, active_days, online_minute, online_bits,
    sessions, playtime_millis, purchases, refunds)`;

const values = `${momentFrom('x.first_seen')}, ${dayFrom('x.first_day')}, ${momentFrom('x.last_seen')},
    ${dayFrom('x.last_day')}, x.active_days, x.online_minute, x.online_bits, x.sessions, x.playtime_millis,
    x.purchases, x.refunds`;

const columns = `first_seen_at, first_day, last_seen_at, last_day, active_days, online_minute, online_bits, sessions,
    playtime_millis, purchases, refunds`;

const insertPlayers = `INSERT INTO event_store.players (tenant_id, player_id, ${columns})
  SELECT x.tenant_id, x.player_id, ${values} FROM ${unnested}`;

const updatePlayers = `UPDATE event_store.players p SET (${columns}) = ROW(${values}) FROM ${unnested}
  WHERE p.tenant_id = x.tenant_id AND p.player_id = x.player_id`;

async function writeStates(client: pg.ClientBase, players: readonly SettledPlayer[]): Promise<void> {
  const { true: added = [], false: changed = [] } = Object.groupBy(players, ({ isNew }) => (isNew ? 'true' : 'false'));
  if (changed.length > 0)
    await client.query({ name: 'update-players', text: updatePlayers, values: columnsOf(changed) });
  if (added.length === 0) return;
  try {
    await client.query({ name: 'insert-players', text: insertPlayers, values: columnsOf(added) });
  } catch (error) {
    // Somebody else met the same player for the first time: with its row there, the next try changes it.
    if (errorCode(error) === UNIQUE_VIOLATION) throw new WriteConflict('a new player was written by another batch');
    throw error;
  }
}

async function writeDays(client: pg.ClientBase, players: readonly SettledPlayer[]): Promise<void> {
  const days = players.flatMap((player) => player.newDays.map((day) => ({ ...player, day })));
  if (days.length === 0) return;
  await client.query({
    name: 'insert-player-days',
    text: `INSERT INTO event_store.player_days (tenant_id, player_id, day)
           SELECT tenant_id, player_id, ${dayFrom('day')}
           FROM unnest($1::integer[], $2::text[], $3::integer[]) AS x (tenant_id, player_id, day)`,
    values: [...keysOf(days), numberArray(days.map(({ day }) => day))],
  });
}

/** Brings the touched players forward: their rows, their days, and in `fold.sums` what follows from both. */
export async function settlePlayers(
  client: pg.ClientBase,
  fold: Fold,
  known: KnownPlayers,
): Promise<readonly SettledPlayer[]> {
  const players = inOrder(fold.touches);
  if (players.length === 0) return [];
  const states = await readStates(client, players, 'FOR UPDATE OF p');
  const days = await readDays(client, players, known);
  const movers = players.filter(({ touch }, place) => changesCohort(states.get(place), touch));
  const moved = await readAllDays(client, movers);
  const oldDays = new Map(movers.map((player, place) => [player, moved.get(place) ?? []]));
  const settled = players.map((player, place) => {
    const before = states.get(place);
    const touched: TouchedPlayer = {
      ...player,
      before,
      days: days[place] ?? [],
      oldDays: oldDays.get(player) ?? [],
    };
    return settle(touched, fold.sums);
  });
  await writeStates(client, settled);
  await writeDays(client, settled);
  return settled;
}
