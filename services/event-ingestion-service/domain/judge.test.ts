import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { AcceptedEvent } from '#catalog/events/index.ts';
import { MAX_DEPTH } from './content.ts';
import { admission, nowMillis, oddContent, plainContent, testJudge, validEvent } from './fixtures.ts';
import type { Admission } from './judge.ts';
import type { Verdict } from './verdict.ts';

const isAcceptedEvent = addFormats.default(new Ajv()).compile(AcceptedEvent);
const HOUR = 3_600_000;
const at = (millis: number) => new Date(millis).toISOString();

function judged(change: object, how: Partial<Admission> = {}, content = plainContent): Verdict {
  const event = structuredClone({ ...validEvent, ...change });
  return testJudge().judge.judge(event, { ...admission, ...how }, content);
}

function storedOf(verdict: Verdict): Record<string, unknown> {
  if (verdict.status !== 'accepted') throw new Error(JSON.stringify(verdict));
  return JSON.parse(verdict.value);
}

const reasonOf = (verdict: Verdict) => (verdict.status === 'rejected' ? verdict.reason : undefined);

describe('a valid event', () => {
  test('is accepted and stands in the topic as it was sent, with what the server knows', () => {
    const stored = storedOf(judged({}));
    expect(isAcceptedEvent(stored)).toBe(true);
    expect(stored).toEqual({ ...validEvent, received_at: at(nowMillis), data_class: 'production', marks: [] });
  });

  test('has its id in lower case and its time in UTC, because identity and order are text', () => {
    const stored = storedOf(
      judged({ event_id: validEvent.event_id.toUpperCase(), event_timestamp: '2026-11-20T12:59:00+01:00' }),
    );
    expect(stored).toMatchObject({ event_id: validEvent.event_id, event_timestamp: '2026-11-20T11:59:00.000Z' });
  });

  test('belongs to the data class of the key', () => {
    expect(storedOf(judged({}, { dataClass: 'sandbox' }))).toMatchObject({ data_class: 'sandbox' });
  });

  test('is a duplicate once it is durable, for its game and data class only', () => {
    const { judge, recent } = testJudge();
    recent.add(validEvent.event_id, admission.scope);
    const event = () => structuredClone(validEvent);
    expect(judge.judge(event(), admission, plainContent).status).toBe('duplicate');
    expect(judge.judge(event(), { ...admission, scope: 2 }, plainContent).status).toBe('accepted');
  });
});

describe('the clock rule', () => {
  test.each([
    ['24 hours ahead', 24 * HOUR, 'accepted'],
    ['a millisecond more than 24 hours ahead', 24 * HOUR + 1, 'rejected'],
    ['years ahead', 9000 * HOUR, 'rejected'],
    ['24 hours late', -24 * HOUR, 'accepted'],
    ['years late', -90_000 * HOUR, 'accepted'],
  ] as const)('lets a time %s be %s', (_, ahead, status) => {
    const verdict = judged({ event_timestamp: at(nowMillis + ahead) });
    expect(verdict.status).toBe(status);
    if (status === 'rejected') expect(reasonOf(verdict)?.code).toBe('timestamp_ahead');
  });

  test.each([
    ['late', false, -24 * HOUR - 1, ['late']],
    ['backfill, when that was asked for', true, -24 * HOUR - 1, ['backfill']],
    ['nothing, when it is fresh', false, -24 * HOUR, []],
    ['nothing, when it is fresh, also in a backfill', true, 0, []],
  ] as const)('marks an event as %s', (_, backfill, ahead, marks) => {
    const verdict = judged({ event_timestamp: at(nowMillis + ahead) }, { backfill });
    expect(storedOf(verdict)).toMatchObject({ marks });
  });

  test('refuses a day that no calendar has', () => {
    expect(reasonOf(judged({ event_timestamp: '2026-02-30T10:00:00Z' }))).toMatchObject({
      code: 'timestamp_invalid',
      path: '/event_timestamp',
      value: '2026-02-30T10:00:00Z',
    });
  });
});

describe('an event is refused', () => {
  test('when it is of another game, with both games named', () => {
    expect(reasonOf(judged({ game_id: 'other' }))).toMatchObject({
      code: 'game_forbidden',
      path: '/game_id',
      value: 'other',
    });
  });

  test("when a player's token speaks for somebody else", () => {
    expect(reasonOf(judged({}, { onlyPlayer: 'bob' }))?.code).toBe('player_forbidden');
    expect(judged({}, { onlyPlayer: 'ann' }).status).toBe('accepted');
  });

  test.each([
    ['now', '2026-11-20T12:00:00Z'],
    ['late', '2020-01-01T00:00:00Z'],
    ['dated ahead', '2026-11-21T11:00:00Z'],
  ])('when its player was erased: %s', (_, event_timestamp) => {
    const { judge, suppression } = testJudge();
    suppression.add({ player_id: 'ann', games: [] });
    const verdict = judge.judge({ ...validEvent, event_timestamp }, admission, plainContent);
    expect(reasonOf(verdict)?.code).toBe('player_erased');
  });

  test('when its player was erased from this game, not when from another, not after it was lifted', () => {
    const { judge, suppression } = testJudge();
    const statusNow = () => judge.judge(structuredClone(validEvent), admission, plainContent).status;
    suppression.add({ player_id: 'ann', games: ['other'] });
    expect(statusNow()).toBe('accepted');
    suppression.add({ player_id: 'ann', games: ['other', 'demo'] });
    expect(statusNow()).toBe('rejected');
    suppression.lift('ann');
    expect(statusNow()).toBe('accepted');
  });

  test('of an unknown type only where the game says so; elsewhere it is marked as custom', () => {
    expect(storedOf(judged({ event_type: 'dragon_tamed' }))).toMatchObject({ marks: ['custom'] });
    const verdict = judged({ event_type: 'dragon_tamed' }, { unknownEvents: 'reject' });
    expect(reasonOf(verdict)).toMatchObject({ code: 'event_type_unknown', value: 'dragon_tamed' });
  });

  test('when it is larger than a record may be, with its size', () => {
    const verdict = judged({ properties: { text: 'é'.repeat(6000) } });
    expect(reasonOf(verdict)).toMatchObject({ code: 'event_too_large', value: expect.stringMatching(/^12\d+ bytes$/) });
    expect(judged({ properties: { text: 'é'.repeat(4500) } }).status).toBe('accepted');
  });

  test.each([
    ['U+0000', { note: 'a\u0000b' }, '/properties/note'],
    ['a lone surrogate', { deep: [{ 'a/b': '\ud800' }] }, '/properties/deep/0/a~1b'],
    ['a name with U+0000', { 'x\u0000': 1 }, '/properties/x\u0000'],
  ])('when it holds %s, which no store of ours can hold', (_, properties, path) => {
    expect(reasonOf(judged({ properties }, {}, oddContent))).toMatchObject({ code: 'content_invalid', path });
  });

  test('when it is nested deeper than any measurement', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : { deeper: nested(depth - 1) });
    expect(judged({ properties: { a: nested(MAX_DEPTH - 3) } }).status).toBe('accepted');
    expect(reasonOf(judged({ properties: { a: nested(MAX_DEPTH) } }))?.code).toBe('content_invalid');
  });
});

describe('the reason of a refusal', () => {
  test.each([
    [{ player_id: undefined }, '/player_id', '"player_id" is required'],
    [{ level: 3 }, '/level', 'only the fields of the envelope'],
    [{ event_id: 'abc' }, '/event_id', 'UUID'],
    [{ event_type: 'Level Up' }, '/event_type', 'pattern'],
    [{ event_version: '1' }, '/event_version', 'must be of type integer'],
    [{ country: 'Germany' }, '/country', 'ISO 3166-1'],
    [{ properties: [] }, '/properties', 'must be of type object'],
    [{ properties: { ['x'.repeat(65)]: 1 } }, '/properties/xxxxxxxxxxxxxxxxxxxx…', 'at most 64 characters'],
    [{ player_id: 'a\nb' }, '/player_id', 'pattern'],
    [{ player_id: 'x'.repeat(129) }, '/player_id', 'more than 128 characters'],
  ])('of %j points at %s and states the rule', (change, path, rule) => {
    const event = JSON.parse(JSON.stringify({ ...validEvent, ...change }));
    const reason = reasonOf(testJudge().judge.judge(event, admission, plainContent));
    expect(reason).toMatchObject({ code: 'envelope_invalid', path, rule: expect.stringContaining(rule) });
    expect(reason?.fix).toMatch(/\.$/);
  });

  test('shows a long value shortened', () => {
    expect(String(reasonOf(judged({ event_type: 'X'.repeat(5000) }))?.value)).toHaveLength(101);
  });
});

test('no JSON value makes the judge throw, and none but an object is accepted', () => {
  const { judge } = testJudge();
  const almost = fc.record(
    Object.fromEntries(
      Object.entries(validEvent).map(([name, value]) => [name, fc.oneof(fc.constant(value), fc.jsonValue())]),
    ),
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), almost), (value) => {
      const event: unknown = JSON.parse(JSON.stringify(value));
      const verdict = judge.judge(event, admission, oddContent);
      if (verdict.status === 'accepted') expect(isAcceptedEvent(JSON.parse(verdict.value))).toBe(true);
      else expect(reasonOf(verdict)?.rule).not.toBe('');
    }),
    { numRuns: 500 },
  );
});
