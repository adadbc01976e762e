import { cohortChanges, type DayAround, windowGains } from './activity.ts';
import type { Tenant } from './event.ts';
import type { KnownPlayer } from './known-players.ts';
import { advance, type PlayerState, type PlayerTouch } from './player.ts';
import type { Sums } from './sums.ts';

/** A touched player together with what the store, locked, says about it. */
export interface TouchedPlayer {
  readonly tenant: Tenant;
  readonly playerId: string;
  readonly touch: PlayerTouch;
  readonly before: PlayerState | undefined;
  /** One for each day of the touch, in its order. */
  readonly days: readonly DayAround[];
  /** All days of the store; only needed where a late event moves the player into an earlier cohort. */
  readonly oldDays: readonly number[];
}

export interface SettledPlayer extends KnownPlayer {
  readonly tenant: Tenant;
  readonly playerId: string;
  readonly isNew: boolean;
  readonly newDays: readonly number[];
  /** The active day before each day of the touch, also among the new ones. */
  readonly previousDays: ReadonlyMap<number, number | undefined>;
}

/** Whether all days of the player have to be known: its first day moves. */
export function changesCohort(before: PlayerState | undefined, touch: PlayerTouch): boolean {
  const [firstDay] = touch.days;
  return before !== undefined && firstDay !== undefined && firstDay < before.firstDay;
}

function previousDaysOf(days: readonly DayAround[]): Map<number, number | undefined> {
  const found = new Map<number, number | undefined>();
  let before: number | undefined;
  for (const { day, previous } of days) {
    const candidates = [previous, before].filter((one) => one !== undefined);
    found.set(day, candidates.length > 0 ? Math.max(...candidates) : undefined);
    before = day;
  }
  return found;
}

/** The player after the batch, and what that adds to the rollups of activity. */
export function settle(player: TouchedPlayer, sums: Sums): SettledPlayer {
  const { tenant, playerId, touch, before, days, oldDays } = player;
  const newDays = days.filter(({ isNew }) => isNew).map(({ day }) => day);
  const { state, online } = advance(before, touch, newDays.length);
  const tenant_id = tenant.id;
  for (const span of online) sums.addSpan('online_minutes', [tenant_id], span);
  for (const span of windowGains(days)) sums.addSpan('active_players', [tenant_id, span.windowDays], span);
  const firstDay = { before: before?.firstDay, now: state.firstDay };
  for (const { cohortDay: cohort_day, dayNumber: day_number, players } of cohortChanges(firstDay, newDays, oldDays)) {
    sums.add('cohort_days', { tenant_id, cohort_day, day_number }, { players });
  }
  const previousDays = previousDaysOf(days);
  const day = touch.days.at(-1) ?? state.lastDay;
  const isNew = before === undefined;
  return { tenant, playerId, isNew, newDays, previousDays, state, day, previousDay: previousDays.get(day) };
}
