import type { IncomingEvent } from '#catalog/events/index.ts';
import { ContentCheck } from './content.ts';
import { type Admission, Judge } from './judge.ts';
import { RecentIds } from './recent-ids.ts';
import { SuppressionList } from './suppression.ts';

/** Parts that several tests of this folder begin with. */
export const nowMillis = Date.UTC(2026, 10, 20, 12);

export const validEvent: IncomingEvent = {
  event_id: '0195f3a0-1111-7000-8000-00000000000a',
  event_type: 'level_completed',
  event_version: 1,
  game_id: 'demo',
  player_id: 'ann',
  event_timestamp: '2026-11-20T11:59:00.000Z',
  properties: { level: 3, duration_seconds: 61 },
};

export const admission: Admission = {
  game: 'demo',
  dataClass: 'production',
  scope: 1,
  unknownEvents: 'accept',
  backfill: false,
  receivedAtMillis: nowMillis,
  receivedAt: new Date(nowMillis).toISOString(),
};

export interface TestJudge {
  readonly judge: Judge;
  readonly recent: RecentIds;
  readonly suppression: SuppressionList;
}

export function testJudge(maxEventBytes = 10_000): TestJudge {
  const recent = new RecentIds(1024);
  const suppression = new SuppressionList();
  return { judge: new Judge({ recent, suppression, maxEventBytes }), recent, suppression };
}

export const plainContent = new ContentCheck('');
/** Of a body that may hold odd text. */
export const oddContent = new ContentCheck('"\\u0000"');
