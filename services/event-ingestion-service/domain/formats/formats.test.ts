import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { IncomingEvent } from '#catalog/events/index.ts';
import { toAwsGameAnalytics } from '#load/traffic/aws.ts';
import { simulate } from '#load/traffic/simulate.ts';
import { envelopeProblem } from '../envelope.ts';
import { awsGameAnalytics } from './aws-game-analytics.ts';
import { eventTypeOf } from './fields.ts';
import { type Outcome, Unmappable } from './format.ts';
import { gamemetrics } from './gamemetrics.ts';
import { segment } from './segment.ts';

const awsEvent = {
  event_id: '34c74de5-69d9-4f06-86ac-4b98fef8bca9',
  event_name: 'login',
  event_type: 'client',
  event_version: '1.0.0',
  event_timestamp: 1_737_658_977,
  app_version: '1.0.0',
  event_data: { platform: 'pc', last_login_time: 1_737_658_477, player_id: 'ann' },
};

const track = {
  type: 'track',
  event: 'Item Purchased',
  userId: 'ann',
  messageId: 'node-next-1737658977-7f3c',
  timestamp: '2026-11-20T11:59:00.000Z',
  properties: { item_id: 'gems', currency: 'EUR', amount: 499 },
  context: { app: { version: '2.1.0' }, os: { name: 'iOS' }, location: { country: 'DE' }, ip: '203.0.113.7' },
};

const reasonOf = (mapped: unknown) => (mapped instanceof Unmappable ? mapped.reason : undefined);

const refused: Outcome = {
  id: 'b',
  verdict: {
    status: 'rejected',
    reason: { code: 'envelope_invalid', path: '/player_id', rule: '"player_id" is required', fix: 'Add it.' },
  },
};
const outcomes: readonly Outcome[] = [
  { id: 'a', verdict: { status: 'accepted', eventId: 'a', playerId: 'ann', value: '{}', marks: [] } },
  refused,
  { id: 'c', verdict: { status: 'duplicate' } },
];

describe('the format of the AWS Game Analytics Pipeline', () => {
  test('maps onto the envelope: name to type, seconds to a time, major version, player from event_data', () => {
    expect(awsGameAnalytics.toEnvelope(awsEvent, 'demo')).toEqual({
      event_id: awsEvent.event_id,
      event_type: 'login',
      event_version: 1,
      game_id: 'demo',
      player_id: 'ann',
      event_timestamp: '2025-01-23T19:02:57.000Z',
      app_version: '1.0.0',
      platform: 'pc',
      properties: { event_type: 'client', last_login_time: 1_737_658_477 },
    });
  });

  test('takes the player from user_id where there is no player_id', () => {
    const event = { ...awsEvent, event_data: { user_id: 'bob' } };
    expect(awsGameAnalytics.toEnvelope(event, 'demo')).toMatchObject({
      player_id: 'bob',
      properties: { event_type: 'client' },
    });
  });

  test.each([
    [{ event_data: {} }, '/event_data/player_id'],
    [{ event_data: undefined }, '/event_data/player_id'],
    [{ event_name: '123' }, '/event_name'],
    [{ event_id: undefined }, '/event_id'],
    [{ event_timestamp: '1737658977' }, '/event_timestamp'],
    [{ event_timestamp: 1_737_658_977_000 }, '/event_timestamp'],
  ])('refuses %j and points at %s', (change, path) => {
    expect(reasonOf(awsGameAnalytics.toEnvelope({ ...awsEvent, ...change }, 'demo'))?.path).toBe(path);
  });

  test.each([
    ['1.0.0', 1],
    ['2.5', 2],
    ['v3', 3],
    ['latest', 1],
    [undefined, 1],
    ['0.9', 1],
  ])('reads version %p as %d', (event_version, major) => {
    expect(awsGameAnalytics.toEnvelope({ ...awsEvent, event_version }, 'demo')).toMatchObject({ event_version: major });
  });

  test('keeps what does not fit a field of the envelope as a property', () => {
    const event = { ...awsEvent, event_data: { ...awsEvent.event_data, country: 'UNITED STATES' } };
    expect(awsGameAnalytics.toEnvelope(event, 'demo')).toMatchObject({ properties: { country: 'UNITED STATES' } });
  });

  test('gives every simulated event back as it was, but for the grouping', () => {
    for (const event of simulate({ seed: 11, game: 'demo', players: 15, from: '2026-09-01T00:00:00Z', days: 4 })) {
      // An event has no property of a name that moves into the envelope.
      const mapped = awsGameAnalytics.toEnvelope(JSON.parse(JSON.stringify(toAwsGameAnalytics(event))), 'demo');
      const properties = { event_type: 'client', ...event.properties };
      expect(mapped).toEqual({ ...event, properties } satisfies IncomingEvent);
    }
  });

  test('is answered as its clients expect: total, failures and a result for each event', () => {
    expect(JSON.parse(awsGameAnalytics.answer(outcomes))).toMatchObject({
      Total: 3,
      FailedRecordCount: 1,
      Events: [
        { Result: 'Ok', EventId: 'a' },
        { Result: 'Error', ErrorCode: 'envelope_invalid' },
        { Result: 'Ok', Duplicate: true },
      ],
    });
  });
});

describe("Segment's format", () => {
  test('maps a track call onto the envelope and drops addresses', () => {
    const mapped = segment.toEnvelope(track, 'demo');
    expect(mapped).toMatchObject({
      event_type: 'item_purchased',
      player_id: 'ann',
      event_timestamp: track.timestamp,
      app_version: '2.1.0',
      platform: 'ios',
      country: 'DE',
      properties: track.properties,
    });
    expect(envelopeProblem(mapped)).toBeUndefined();
    expect(JSON.stringify(mapped)).not.toContain('203.0.113.7');
  });

  test.each([
    ['identify', { traits: { plan: 'gold' } }, { traits: { plan: 'gold' } }],
    ['page', { name: 'Shop', properties: { path: '/shop' } }, { path: '/shop', name: 'Shop' }],
    ['screen', { name: 'Shop', category: 'Store' }, { name: 'Shop', category: 'Store' }],
    ['group', { groupId: 'g1', traits: {} }, { traits: {}, group_id: 'g1' }],
    ['alias', { previousId: 'anonymous' }, { previous_id: 'anonymous' }],
  ])('maps %s to an event of that name', (type, fields, properties) => {
    const message = { type, anonymousId: 'x1', messageId: 'm1', timestamp: track.timestamp, ...fields };
    const mapped = segment.toEnvelope(message, 'demo');
    expect(mapped).toMatchObject({ event_type: type, player_id: 'x1', properties });
    expect(envelopeProblem(mapped)).toBeUndefined();
  });

  test('gives a message the same UUID every time, another in another game, and keeps one that is a UUID', () => {
    const idOf = (messageId: string, game: string) =>
      Reflect.get(Object(segment.toEnvelope({ ...track, messageId }, game)), 'event_id');
    expect(idOf('m1', 'demo')).toBe(idOf('m1', 'demo'));
    expect(idOf('m1', 'demo')).not.toBe(idOf('m1', 'other'));
    expect(idOf(awsEvent.event_id, 'demo')).toBe(awsEvent.event_id);
  });

  test.each([
    [{ type: 'toString' }, '/type'],
    [{ type: 'purchase' }, '/type'],
    [{ event: '' }, '/event'],
    [{ userId: undefined }, '/userId'],
    [{ messageId: undefined }, '/messageId'],
    [{ timestamp: undefined }, '/timestamp'],
  ])('refuses %j and points at %s', (change, path) => {
    expect(reasonOf(segment.toEnvelope({ ...track, ...change }, 'demo'))?.path).toBe(path);
  });

  test('is answered with success, and with what was refused', () => {
    expect(JSON.parse(segment.answer(outcomes.slice(0, 1)))).toEqual({ success: true });
    expect(JSON.parse(segment.answer(outcomes))).toMatchObject({ success: true, rejected: [{ messageId: 'b' }] });
  });
});

test('our own format is answered with counts and one result for each event, in order', () => {
  expect(JSON.parse(gamemetrics.answer(outcomes))).toEqual({
    accepted: 1,
    duplicates: 1,
    rejected: 1,
    results: [
      { event_id: 'a', status: 'accepted' },
      { event_id: 'b', status: 'rejected', reason: refused.verdict.status === 'rejected' && refused.verdict.reason },
      { event_id: 'c', status: 'duplicate' },
    ],
  });
});

test.each([
  ['Item Purchased', 'item_purchased'],
  ['levelCompleted', 'level_completed'],
  ['HTTPRequest', 'http_request'],
  ['user-rank.up', 'user_rank_up'],
  ['1_INTRO', 'intro'],
  ['!!!', undefined],
])('the name %p becomes the type %p', (name, type) => {
  expect(eventTypeOf(name)).toBe(type);
});

test('a name that becomes a type stays that type, and fits the envelope unless it is too long', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const type = eventTypeOf(name);
      if (type === undefined) return;
      expect(eventTypeOf(type)).toBe(type);
      expect(type).toMatch(/^[a-z][a-z0-9_]*$/);
    }),
  );
});
