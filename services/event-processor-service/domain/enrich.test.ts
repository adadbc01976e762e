import { describe, expect, test } from '@jest/globals';
import type { AcceptedEvent, Enrichment } from '#catalog/events/index.ts';
import { deviceClassOf } from './devices.ts';
import { processedJson } from './enrich.ts';
import { regionOf } from './regions.ts';

const event = (platform: string | undefined, device_model?: string): AcceptedEvent => ({
  event_id: '0b9c1c6e-58c0-4a41-8a5e-3f4f3c1f0a01',
  event_type: 'session_start',
  event_version: 1,
  game_id: 'demo',
  player_id: 'p1',
  event_timestamp: '2026-11-20T12:00:00Z',
  received_at: '2026-11-20T12:00:00Z',
  data_class: 'production',
  marks: [],
  properties: device_model === undefined ? {} : { device_model },
  ...(platform === undefined ? {} : { platform }),
});

describe('enrichment', () => {
  test.each([
    ['ios', 'iPhone17,1', 'phone'],
    ['ios', 'iPad14,8', 'tablet'],
    ['Android', 'SM-X910', 'tablet'],
    ['Android', undefined, 'phone'],
    ['PS5', undefined, 'console'],
    ['Windows', undefined, 'desktop'],
    ['webgl', undefined, 'web'],
    [undefined, 'Nintendo Switch', 'console'],
    ['toaster', undefined, 'other'],
    [undefined, undefined, 'other'],
  ])('knows the class of %s, %s: %s', (platform, model, expected) => {
    expect(deviceClassOf(event(platform, model))).toBe(expected);
  });

  test('keeps a region that was sent, and else takes that of the country', () => {
    expect(regionOf('eu-west', 'US')).toBe('eu-west');
    expect(regionOf(undefined, 'BR')).toBe('latin-america');
    expect(regionOf(undefined, 'ZZ')).toBeUndefined();
    expect(regionOf(undefined, undefined)).toBeUndefined();
  });

  test('stands behind the game’s own JSON, which stays as it came', () => {
    const sent = Buffer.from('{ "a": "ä}" , "b": {} } \n');
    const enrichment: Enrichment = {
      ...({ received_delay_millis: 5, day: '2026-11-20', device_class: 'web', segment: 'new' } as const),
      ...{ region: 'Ré"union', session_millis: 7 },
    };
    const { value, valueEnd, tail } = processedJson(sent, enrichment);
    const json = value.toString('utf8', 0, valueEnd) + tail;
    expect(json.startsWith('{ "a": "ä}" , "b": {} ')).toBe(true);
    expect(JSON.parse(json)).toEqual({
      a: 'ä}',
      b: {},
      enrichment,
    });
  });
});
