import { describe, expect, test } from '@jest/globals';
import type { Rollups } from '../domain/kpis.ts';
import { RollupLoads } from './loads.ts';
import type { DataClass, Range } from './store.ts';

const day = { from: '2026-11-20', to: '2026-11-20' };
const week = { from: '2026-11-14', to: '2026-11-20' };

function loads() {
  const asked: { readonly games: readonly string[]; readonly dataClass: DataClass; readonly range: Range }[] = [];
  const empty = { active: [], cohorts: [], sessions: [], events: [], revenue: [], payers: [] };
  const rollupsOfGames = async (games: readonly string[], dataClass: DataClass, range: Range): Promise<Rollups[]> => {
    asked.push({ games: [...games], dataClass, range });
    if (games.includes('broken')) throw new Error('no answer');
    return games.map((game) => ({ ...empty, dataAsOf: `${game} of ${dataClass}` }));
  };
  return { asked, all: new RollupLoads({ rollupsOfGames }) };
}

describe('loads of the same days', () => {
  test('that come together are one, each game once, and everybody gets the own game', async () => {
    const { asked, all } = loads();
    const games = ['one', 'two', 'one', 'three'];
    const answers = await Promise.all(games.map((gameId) => all.load({ gameId, dataClass: 'production' }, day)));
    expect(answers.map(({ dataAsOf }) => dataAsOf)).toEqual(games.map((game) => `${game} of production`));
    expect(asked.map(({ games: together }) => together)).toEqual([['one', 'two', 'three']]);
  });

  test('are apart from those of other days, other data classes, and later ones', async () => {
    const { asked, all } = loads();
    const one = { gameId: 'one', dataClass: 'production' } as const;
    await Promise.all([all.load(one, day), all.load(one, week), all.load({ ...one, dataClass: 'sandbox' }, day)]);
    await all.load(one, day);
    expect(asked).toHaveLength(4);
  });

  test('fail together, and the next one is tried anew', async () => {
    const { all } = loads();
    const broken = { gameId: 'broken', dataClass: 'production' } as const;
    const both = [all.load(broken, day), all.load({ ...broken, gameId: 'one' }, day)];
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await all.load({ ...broken, gameId: 'one' }, day)).dataAsOf).toBe('one of production');
  });
});
