import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Judgement, judgeAll, type Request } from './batch.ts';
import { deadLettersOf } from './dead-letters.ts';
import { admission, testJudge, validEvent } from './fixtures.ts';
import { awsGameAnalytics } from './formats/aws-game-analytics.ts';
import { isBodyProblem } from './formats/format.ts';
import { gamemetrics } from './formats/gamemetrics.ts';
import { segment } from './formats/segment.ts';

const formats = { gamemetrics, awsGameAnalytics, segment };

function requestOf(json: string, format = gamemetrics): Request {
  const events = format.eventsOf(JSON.parse(json));
  if (isBodyProblem(events)) throw new Error(events.rule);
  return { json, events, format, admission };
}

const idOf = (number: number) => `0195f3a0-2222-7000-8000-${String(number).padStart(12, '0')}`;
const valid = (number: number) => ({ ...validEvent, event_id: idOf(number) });
const judge = (list: readonly unknown[], format = gamemetrics): Judgement =>
  judgeAll(requestOf(JSON.stringify(list), format), testJudge().judge);

describe('a batch', () => {
  test('is answered event by event, in order; a bad one never spoils the others', () => {
    const bad = fc.oneof(fc.jsonValue(), fc.constant({ ...validEvent, event_type: 'No' }));
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant('good' as const), bad), { maxLength: 40 }), (list) => {
        const events = list.map((entry, number) => (entry === 'good' ? valid(number) : entry));
        const { outcomes, accepted, counts } = judge(events);
        expect(outcomes.map(({ verdict }) => verdict.status)).toEqual(
          list.map((entry) => (entry === 'good' ? 'accepted' : 'rejected')),
        );
        expect(accepted.map(({ eventId }) => eventId)).toEqual(
          list.flatMap((entry, number) => (entry === 'good' ? [idOf(number)] : [])),
        );
        expect(counts.accepted + counts.rejected).toBe(list.length);
      }),
    );
  });

  test('takes the second of two with one id as a duplicate of the first', () => {
    const { outcomes, accepted } = judge([valid(1), { ...valid(1), event_id: idOf(1).toUpperCase() }, valid(2)]);
    expect(outcomes.map(({ verdict }) => verdict.status)).toEqual(['accepted', 'duplicate', 'accepted']);
    expect(accepted).toHaveLength(2);
  });

  test('gives every id back as it was sent', () => {
    const sent = idOf(1).toUpperCase();
    expect(judge([{ ...valid(1), event_id: sent }]).outcomes[0]?.id).toBe(sent);
    expect(judge([{ event_id: 7 }]).outcomes[0]?.id).toBeNull();
  });

  test('finds odd text behind an escape in the raw JSON', () => {
    const json = JSON.stringify([valid(1)]).replace('"level":3', '"level":3,"note":"\\u0000"');
    expect(judgeAll(requestOf(json), testJudge().judge).outcomes[0]?.verdict.status).toBe('rejected');
  });
});

describe('a number', () => {
  const withNumber = (literal: string) =>
    JSON.stringify([valid(1)]).replace('"level":3', `"level":3,"list":[${literal}]`);
  const verdictOf = (literal: string) =>
    judgeAll(requestOf(withNumber(literal)), testJudge().judge).outcomes[0]?.verdict;

  test.each(['12345678901234567890', '-9007199254740993', '1e999'])(
    'that would change on its way, %s, is refused',
    (literal) => {
      expect(verdictOf(literal)).toMatchObject({
        status: 'rejected',
        reason: { code: 'content_invalid', path: '/properties/list/0' },
      });
    },
  );

  test.each(['9007199254740991', '9007199254740992', '1.5e300', '12345678901234567890.0', '0.1'])(
    'that a double holds, %s, is accepted',
    (literal) => {
      expect(verdictOf(literal)?.status).toBe('accepted');
    },
  );
});

describe('dead letters', () => {
  test('hold the reason and the very bytes of each refused event', () => {
    const json = `[${JSON.stringify(valid(1))}, {"event_id" : "x",\n"event_type":"é"}]`;
    const request = requestOf(json);
    const [letter, ...others] = deadLettersOf(request, judgeAll(request, testJudge().judge));
    expect(others).toHaveLength(0);
    expect(Buffer.from(letter?.original ?? '', 'base64').toString('utf8')).toBe(
      '{"event_id" : "x",\n"event_type":"é"}',
    );
    expect(letter).toMatchObject({ reason: 'envelope_invalid', game_id: 'demo', event_id: 'x', format: 'gamemetrics' });
    expect(letter?.detail).toMatch(/rule: .+\. .+\.$/);
  });

  test('have the same id when the same event is refused again, so that a retry shows once', () => {
    const request = requestOf('[{"event_id":"x"}]');
    const idsOf = () =>
      deadLettersOf(request, judgeAll(request, testJudge().judge)).map((letter) => letter.dead_letter_id);
    expect(idsOf()).toEqual(idsOf());
  });

  test('are not made of what must not be kept: erased players and other games', () => {
    const { judge: strict, suppression } = testJudge();
    suppression.add({ player_id: 'ann', games: [] });
    const request = requestOf(JSON.stringify([valid(1), { ...valid(2), player_id: 'bob', game_id: 'other' }]));
    const judgement = judgeAll(request, strict);
    expect(judgement.counts).toEqual({ accepted: 0, duplicate: 0, rejected: 1, suppressed: 1 });
    expect(deadLettersOf(request, judgement)).toEqual([]);
  });

  test('are cut at a bound, and say so', () => {
    const request = requestOf(JSON.stringify([{ event_id: 'x'.repeat(100_000) }]));
    const [letter] = deadLettersOf(request, judgeAll(request, testJudge().judge));
    expect(letter).toMatchObject({ truncated: true, original_bytes: 100_015 });
    expect(Buffer.from(letter?.original ?? '', 'base64')).toHaveLength(65_536);
  });
});

describe.each(Object.entries(formats))('the format %s', (_, format) => {
  const anything = fc.oneof(fc.jsonValue(), fc.record({ [format.listProperty ?? 'x']: fc.array(fc.jsonValue()) }));

  test('never crashes on any JSON: it answers for each event, or says what a body must be', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const json = JSON.stringify(value);
        const events = format.eventsOf(JSON.parse(json));
        if (isBodyProblem(events)) return expect(events.rule).not.toBe('');
        const request = { json, events, format, admission };
        const judgement = judgeAll(request, testJudge().judge);
        expect(judgement.outcomes).toHaveLength(events.length);
        expect(deadLettersOf(request, judgement)).toHaveLength(judgement.kept.length);
        expect(() => JSON.parse(format.answer(judgement.outcomes))).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});
