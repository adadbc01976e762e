import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { IncomingEvent } from '#catalog/events/index.ts';
import { LiveTraffic } from './live.ts';

const startMillis = Date.UTC(2026, 10, 20, 18);
const options = { seed: 4, game: 'demo', eventsPerSecond: 60, startMillis };
const isEvent = addFormats.default(new Ajv({ strict: false })).compile(IncomingEvent);

/** Ticks of 100 ms, as the sender asks for them. */
function play(traffic: LiveTraffic, seconds: number): readonly IncomingEvent[] {
  return Array.from({ length: seconds * 10 }, (_, tick) => traffic.due(startMillis + (tick + 1) * 100)).flat();
}

describe('live traffic', () => {
  const events = play(new LiveTraffic(options), 240);

  test('has about the wanted rate, from the first seconds on', () => {
    const rate = (from: number, to: number) =>
      events.filter(({ event_timestamp }) => {
        const second = (Date.parse(event_timestamp) - startMillis) / 1000;
        return second >= from && second < to;
      }).length /
      (to - from);
    expect(rate(0, 20)).toBeGreaterThan(35);
    expect(rate(60, 240)).toBeGreaterThan(45);
    expect(rate(60, 240)).toBeLessThan(75);
  });

  test('is in time order, never before its start, each event valid and with an id of its own', () => {
    const times = events.map(({ event_timestamp }) => event_timestamp);
    expect(times).toEqual(times.toSorted());
    expect(Date.parse(times[0] ?? '')).toBeGreaterThanOrEqual(startMillis);
    expect(events.find((event) => !isEvent(event))).toBeUndefined();
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length);
  });

  test('opens every session before anything happens in it', () => {
    const open = new Set<unknown>();
    for (const { event_type, session_id } of events) {
      if (event_type === 'session_start' || event_type === 'player_registered') open.add(session_id);
      expect(open.has(session_id)).toBe(true);
    }
  });

  test('gives the same for the same start, and shares no id with another start', () => {
    const ids = (start: number) =>
      new LiveTraffic({ ...options, startMillis: start }).due(start + 5000).map(({ event_id }) => event_id);
    expect(ids(startMillis)).toEqual(ids(startMillis));
    const others = new Set(ids(startMillis + 60_000));
    expect(ids(startMillis).filter((id) => others.has(id))).toEqual([]);
  });

  test('lets most players be where it is not night', () => {
    const starts = events.filter(({ event_type }) => event_type === 'session_start');
    const share = (country: string) => starts.filter((event) => event.country === country).length / starts.length;
    // 18:00 UTC: evening in Germany, three in the morning in Japan, where more players live.
    expect(share('DE')).toBeGreaterThan(2 * share('JP'));
  });
});
