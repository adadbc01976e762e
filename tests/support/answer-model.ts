import type { AcceptedEvent } from '#catalog/events/index.ts';

/** What the answers about a set of distinct events must be, by looking at every event again for every question. */

const byText = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
const of = (events: readonly AcceptedEvent[], type: string) => events.filter(({ event_type }) => event_type === type);
const millis = ({ event_timestamp }: AcceptedEvent): number => Date.parse(event_timestamp);

/** Tries every way through the events: any event of the type that is not before the one of the step before. */
function reaches(own: readonly AcceptedEvent[], steps: readonly string[], before?: AcceptedEvent): boolean {
  const [type, ...rest] = steps;
  if (type === undefined) return true;
  return of(own, type).some((event) => {
    const after = before === undefined ? 1 : millis(event) - millis(before);
    const counts = after > 0 || (after === 0 && before?.event_type !== type);
    return counts && reaches(own, rest, event);
  });
}

export function expectedFunnel(events: readonly AcceptedEvent[], steps: readonly string[]): readonly number[] {
  const players = [...Map.groupBy(events, ({ player_id }) => player_id).values()];
  return steps.map((_, index) => players.filter((own) => reaches(own, steps.slice(0, index + 1))).length);
}

export function expectedItems(events: readonly AcceptedEvent[]) {
  const bought = of(events, 'item_purchased');
  const viewed = of(events, 'item_viewed');
  const ids = new Set([...bought, ...viewed].map(({ properties }) => String(properties.item_id)));
  const items = [...ids].map((itemId) => {
    const own = bought.filter(({ properties }) => properties.item_id === itemId);
    const amount = ({ properties }: AcceptedEvent) => Number(properties.amount);
    const currencies = [...new Set(own.map(({ properties }) => String(properties.currency)))].sort(byText);
    return {
      itemId,
      views: viewed.filter(({ properties }) => properties.item_id === itemId).length,
      purchases: own.filter((event) => amount(event) > 0).length,
      refunds: own.filter((event) => amount(event) < 0).length,
      quantity: own.reduce((sum, event) => {
        const pieces = Number(event.properties.quantity ?? 1);
        return sum + (amount(event) < 0 ? -pieces : pieces);
      }, 0),
      revenue: currencies.map((currency) => ({
        currency,
        amountMinor: own
          .filter(({ properties }) => properties.currency === currency)
          .reduce((sum, event) => sum + amount(event), 0),
      })),
    };
  });
  return items.sort(
    (one, other) => other.purchases - one.purchases || other.views - one.views || byText(one.itemId, other.itemId),
  );
}

function percentiles(values: readonly number[]) {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (percent: number) => sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
  return values.length === 0 ? null : { p1: at(1), p5: at(5), p50: at(50), p95: at(95), p99: at(99) };
}

export function expectedPerformance(events: readonly AcceptedEvent[]) {
  const samples = of(events, 'performance_sample').map(({ properties }) => properties);
  const crashes = samples.filter(({ crashed }) => crashed === true).length;
  return {
    samples: samples.length,
    crashes,
    crashRate: samples.length > 0 ? crashes / samples.length : null,
    fps: percentiles(samples.map(({ fps }) => Math.round(Number(fps)))),
    pingMillis: percentiles(samples.map(({ ping_millis }) => Math.round(Number(ping_millis)))),
  };
}

/** The places of a level's board. */
export function expectedBoard(events: readonly AcceptedEvent[], level: number) {
  const scored = of(events, 'level_completed').filter(
    ({ properties }) => properties.level === level && properties.score !== undefined,
  );
  const order = (one: AcceptedEvent, other: AcceptedEvent): number =>
    Number(other.properties.score) - Number(one.properties.score) ||
    millis(one) - millis(other) ||
    byText(one.player_id, other.player_id);
  const best = [...Map.groupBy(scored, ({ player_id }) => player_id).values()].map((own) => [...own].sort(order)[0]);
  return best
    .filter((event) => event !== undefined)
    .sort(order)
    .map((event, index) => ({
      rank: index + 1,
      playerId: event.player_id,
      score: Number(event.properties.score),
      atMillis: millis(event),
    }));
}

/** Ids, the newest event first. */
export const newestFirst = (events: readonly AcceptedEvent[]): readonly string[] =>
  [...events]
    .sort((one, other) => millis(other) - millis(one) || byText(other.event_id, one.event_id))
    .map(({ event_id }) => event_id);
