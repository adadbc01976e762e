import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DecodedEvent, decode } from './decode.ts';
import type { PoisonReason } from './poison.ts';

const accepted = {
  event_id: '0b9c1c6e-58c0-4a41-8a5e-3f4f3c1f0a01',
  event_type: 'session_end',
  event_version: 1,
  game_id: 'demo',
  player_id: 'p1',
  event_timestamp: '2026-11-20T12:00:00.500Z',
  properties: { duration_seconds: 12 },
  received_at: '2026-11-20T12:00:01.000Z',
  data_class: 'production',
  marks: [] as string[],
};

/** What is not a number by then. */
const { event_timestamp: _at, received_at: _received, ...kept } = accepted;

const record = (more: object = {}) => Buffer.from(JSON.stringify({ ...accepted, ...more }));

describe('a record of the raw topic', () => {
  test('that holds an accepted event of a known type is an event with its times', () => {
    expect(decode(record())).toMatchObject({
      kind: 'event',
      known: true,
      timestampMillis: Date.UTC(2026, 10, 20, 12, 0, 0, 500),
      receivedMillis: Date.UTC(2026, 10, 20, 12, 0, 1),
      event: { ...kept, properties: { duration_seconds: 12 } },
      deviceClass: 'other',
    });
  });

  test('keeps its properties as they came, and of those only what something is read from', () => {
    const properties = { fps: 60, ping_millis: 1.5, note: '{"properties":{}}' };
    const found = decode(record({ event_type: 'performance_sample', properties }));
    expect(found).toMatchObject({ event: { properties: {} }, propertiesJson: JSON.stringify(properties) });
    const plain = record({ properties: { duration_seconds: 12, deep: { properties: {} } } });
    const { propertiesFrom = 0, propertiesTo = 0 } = decode(plain) as Partial<DecodedEvent>;
    expect(plain.toString('utf8', propertiesFrom, propertiesTo)).toBe(
      '{"duration_seconds":12,"deep":{"properties":{}}}',
    );
  });

  test('has the same properties for the store and for a parser, however the JSON is written', () => {
    const written = [
      (own: string) => `{"properties":${own},`,
      (own: string) => `{"properties" : ${own} , `,
      (own: string) => `{"properties":{"duration_seconds":1},"properties":${own},`,
      (own: string) => `{"\\u0070roperties":${own},`,
    ];
    const { properties: _none, ...rest } = accepted;
    const law = fc.property(fc.nat(3), fc.dictionary(fc.string(), fc.jsonValue()), (way, extra) => {
      const own = { ...extra, duration_seconds: 3 };
      const value = Buffer.from(`${written[way]?.(JSON.stringify(own))}${JSON.stringify(rest).slice(1)}`);
      const found = decode(value);
      if (found.kind === 'poison') return expect(found.reason).toBe('content_invalid');
      const { propertiesJson = value.toString('utf8', found.propertiesFrom, found.propertiesTo) } = found;
      expect(JSON.parse(propertiesJson)).toEqual(JSON.parse(value.toString()).properties);
    });
    fc.assert(law, { numRuns: 500 });
  });

  test('of a type without a schema is an event only when it was accepted as custom', () => {
    expect(decode(record({ event_type: 'dance', marks: ['custom'] }))).toMatchObject({ kind: 'event', known: false });
    expect(decode(record({ event_type: 'dance' }))).toMatchObject({ kind: 'poison', reason: 'event_type_unknown' });
  });

  const poisons: readonly (readonly [string, Buffer | null, PoisonReason])[] = [
    ['nothing', null, 'record_empty'],
    ['half of a JSON text', Buffer.from('{"event_id":'), 'json_unreadable'],
    ['bytes that are no text', Buffer.from([0xff, 0x00, 0x7b]), 'json_unreadable'],
    ['JSON that is no event', Buffer.from('[1]'), 'envelope_invalid'],
    ['an event without a player', record({ player_id: undefined }), 'envelope_invalid'],
    ['a field that the envelope does not have', record({ colour: 'red' }), 'envelope_invalid'],
    ['a text with U+0000', record({ properties: { duration_seconds: 1, note: 'a\u0000b' } }), 'content_invalid'],
    [
      'a name with half a surrogate pair',
      record({ properties: { duration_seconds: 1, '\ud800': 1 } }),
      'content_invalid',
    ],
    ['a version that nobody knows', record({ event_version: 99 }), 'event_version_unknown'],
    ['a property of the wrong kind', record({ properties: { duration_seconds: 'long' } }), 'properties_invalid'],
    ['a time of another decade', record({ event_timestamp: '2001-01-01T00:00:00Z' }), 'timestamp_too_old'],
    ['a time two days ahead', record({ event_timestamp: '2026-11-22T12:00:02Z' }), 'timestamp_ahead'],
    ['a time that no clock shows', record({ event_timestamp: '2026-11-20T23:59:60Z' }), 'timestamp_invalid'],
  ];
  test.each(poisons)('that holds %s is poison', (_, value, reason) => {
    expect(decode(value)).toMatchObject({ kind: 'poison', reason });
  });

  test('that is poison keeps what identifies it, and says what to do', () => {
    const found = decode(record({ properties: {} }));
    expect(found).toMatchObject({
      path: '/properties',
      about: { game_id: 'demo', player_id: 'p1', event_id: accepted.event_id, data_class: 'production' },
    });
    expect(found).toHaveProperty('detail', expect.stringMatching(/duration_seconds.*Correct/));
  });

  test('that is poison never carries text into the store that the store cannot hold', () => {
    for (const value of ['\u0000', '"\u0000', '{"\ud800":1}']) {
      const found = decode(Buffer.from(value));
      expect(found.kind === 'poison' && found.detail.includes('\u0000')).toBe(false);
    }
  });
});
