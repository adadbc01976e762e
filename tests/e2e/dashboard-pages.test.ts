import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { describeInBrowser as describe, type PageOptions, TestBrowser, type TestPage } from '#tests/support/browser.ts';
import { type DashboardOptions, StandIn, TestDashboard } from '#tests/support/dashboard.ts';
import { type Figures, resolversOf } from '#tests/support/dashboard-figures.ts';

const DEMO = { id: 'demo', name: 'Demo Game', timeZone: 'Europe/Berlin' };
const usual: Omit<Figures, 'arriving'> = {
  ...{ games: [DEMO], empty: false, failure: undefined, activeToday: 1_312, eventsPerSecond: 214, unaccounted: 0 },
};
const LETTER = '0b52a6b4-3f0e-5c55-9a41-6ad0a8a7f6c1';

/** The dead letters of the processor: one, which can be replayed once. */
function deadLetters() {
  const desk = { status: 'open', replays: 0, refusal: undefined as string | undefined };
  const letter = () => ({
    ...{ dead_letter_id: LETTER, status: desk.status, reason: 'properties_invalid', game_id: 'demo', has_fix: false },
    ...{ detail: '/properties/level must be an integer.', service: 'event-processor-service', replays: desk.replays },
    ...{ event_type: 'level_started', failed_at: '2026-11-20T12:00:00.000Z', path: '/properties/level' },
  });
  const text = '{"properties":{"level":"not a level"}}';
  const rest = ({ url, method }: { url: string; method: string }): unknown => {
    if (method === 'POST') {
      desk.replays += 1;
      desk.status = 'replayed';
      return { dead_letter_id: LETTER, status: desk.status, replayed_now: true, replays: 1, event_id: 'e' };
    }
    if (url.includes(LETTER))
      return { ...letter(), original: '', original_text: text, original_bytes: 38, truncated: false };
    return { dead_letters: url.includes(`status=${desk.status}`) ? [letter()] : [] };
  };
  return { desk, rest };
}

describe('the pages of the dashboard', () => {
  const figures: Figures = { ...usual, arriving: [] };
  const { desk, rest } = deadLetters();
  const upstream = new StandIn(resolversOf(figures), rest);
  let browser: TestBrowser;
  let dashboard: TestDashboard;
  let visited: TestPage | undefined;

  const start = (options: Partial<DashboardOptions> = {}) =>
    TestDashboard.start({ upstreamPort: upstream.port, ...options });

  beforeAll(async () => {
    await upstream.start();
    dashboard = await start();
    browser = await TestBrowser.launch();
  }, 60_000);
  afterEach(async () => {
    Object.assign(figures, usual, { arriving: [] });
    Object.assign(desk, { status: 'open', replays: 0 });
    await visited?.close();
  });
  afterAll(async () => {
    await browser.stop();
    await dashboard.stop();
    await upstream.stop();
  });

  async function visit(
    place: string,
    work: (visited: TestPage) => Promise<void>,
    options?: PageOptions,
  ): Promise<void> {
    const opened = await browser.open(`${dashboard.url}/#/${place}`, options);
    visited = opened;
    await opened.check(place.replaceAll('/', '-'), () => work(opened));
  }

  const shows = ({ page }: TestPage, text: string | RegExp) => page.getByText(text).first().waitFor();

  /** Of each page what only its own data can show. */
  const pages = [
    ['kpis', ['5,248 in the last 7 days', '1,280', '25%', 'gem-pack', '€312.00', '5 % have 29 or fewer', 'Retention']],
    ['players', ['Leaderboard', 'anna-the-brave', '98,000']],
    ['players/kestrel', ['11 h 23 min played', '4 purchases, 1 refunds', '20 Nov, 13:00:00', 'duel']],
    ['events', ['20 Nov, 13:00:00', 'anna-the-brave', 'android · DE · 1.4.2', 'page 1']],
    ['pipeline', ['balanced', '1.4 s', 'within 5 s', 'came before', 'properties_invalid', 'at most 214']],
    ['dead-letters', ['20 Nov, 13:00:00', 'properties_invalid', 'level_started']],
    [`dead-letters/${LETTER}`, ['not a level', '/properties/level must be an integer.', 'by event-processor-service']],
  ] as const;

  /** One visitor goes from page to page, as people do. */
  async function tour(name: string, options: PageOptions, look: (opened: TestPage) => Promise<void>): Promise<void> {
    const opened = await browser.open(`${dashboard.url}/#/live`, options);
    visited = opened;
    for (const [place, texts] of pages) {
      await opened.check(`${name}-${place.replaceAll('/', '-')}`, async () => {
        await opened.page.evaluate((hash) => location.assign(hash), `#/${place}`);
        for (const text of texts) await shows(opened, text);
        await look(opened);
      });
    }
    expect(opened.complaints).toEqual([]);
  }

  test('show their own data, keep nobody out in dark colours, and nothing complains', async () => {
    await tour('dark', { colorScheme: 'dark' }, async (opened) => expect(await opened.barriers()).toEqual([]));
  }, 60_000);

  test('fit a phone, keep nobody out there, and do not move by themselves', async () => {
    await tour('phone', { width: 360, height: 740 }, async (opened) => {
      expect(await opened.overflow()).toBe(0);
      expect(await opened.barriers()).toEqual([]);
      expect(await opened.layoutShift()).toBeLessThan(0.1);
    });
  }, 60_000);

  test('are reached with the keyboard, by the navigation and the browser’s own buttons', async () => {
    await visit('live', async (opened) => {
      await shows(opened, 'Retention');
      await opened.page.getByRole('link', { name: 'KPIs' }).focus();
      await opened.page.keyboard.press('Enter');
      await shows(opened, 'gem-pack');
      expect(await opened.page.title()).toBe('KPIs · GameMetrics');
      expect(await opened.page.getByRole('link', { name: 'KPIs' }).getAttribute('aria-current')).toBe('page');
      await opened.page.goBack();
      await shows(opened, 'Players online');
    });
  });

  test('find one player, their figures and their events page by page', async () => {
    await visit('players', async (opened) => {
      await opened.page.getByRole('textbox', { name: 'Player' }).fill('kestrel');
      await opened.page.keyboard.press('Enter');
      for (const text of ['11 h 23 min played', '4 purchases, 1 refunds', '20 Nov, 13:00:00'])
        await shows(opened, text);
      await opened.page.getByRole('button', { name: 'Older' }).click();
      await shows(opened, 'page 2');
      await opened.page.getByRole('button', { name: 'Newer' }).click();
      await shows(opened, '20 Nov, 13:00:00');
      await opened.page.getByRole('textbox', { name: 'Player' }).fill('nobody/at all');
      await opened.page.keyboard.press('Enter');
      await shows(opened, 'No event of a player «nobody/at all» is stored in Demo Game.');
    });
  });

  test('say when an event was read and never settled', async () => {
    figures.unaccounted = 2;
    await visit('pipeline', async (opened) => {
      await opened.page.getByTestId('conservation').filter({ hasText: '60 unaccounted' }).waitFor();
    });
  });

  test('replay a dead letter once, with the operator’s own token, and say that it was done', async () => {
    await visit(`dead-letters/${LETTER}`, async (opened) => {
      upstream.seen.length = 0;
      await opened.page.getByRole('button', { name: 'Replay' }).click();
      await shows(opened, 'Sent through the platform again.');
      await opened.page.getByTestId('letter-status').filter({ hasText: 'replayed' }).waitFor();
      await shows(opened, 'No open dead letter in Demo Game.');
      expect(await opened.page.getByRole('button', { name: 'Replayed' }).isDisabled()).toBe(true);
      const replays = upstream.seen.filter(({ method, url }) => method === 'POST' && url !== '/graphql');
      expect(replays).toEqual([
        { url: `/api/v1/dead-letters/${LETTER}/replay`, method: 'POST', authorization: `Bearer ${dashboard.token}` },
      ]);
    });
  });

  test('say that dead letters arrived while they were looked at', async () => {
    await visit('dead-letters', async (opened) => {
      await shows(opened, 'properties_invalid');
      figures.arriving.push('a', 'b');
      await opened.page.getByRole('button', { name: '2 arrived, show' }).click();
      expect(await opened.page.getByText('arrived, show').count()).toBe(0);
    });
  });

  test('say what to do where nothing is there yet', async () => {
    figures.empty = true;
    const opened = await browser.open(dashboard.url);
    visited = opened;
    for (const [place, text] of [
      ['kpis', 'No event in these days'],
      ['players', 'Nobody has a score yet.'],
      ['events', 'No event fits.'],
      ['pipeline', 'Every event could be read and stored.'],
      ['cost', 'No cost report yet'],
    ] as const) {
      await opened.check(`empty-${place}`, async () => {
        await opened.page.evaluate((hash) => location.assign(hash), `#/${place}`);
        await shows(opened, text);
        expect(await opened.page.getByText('NaN').count()).toBe(0);
      });
    }
  });

  test('show the cost of each environment once there is a report', async () => {
    const sums = [{ name: 'Amazon EC2', usd: { base: 402, peak: 500 } }];
    const place = { name: 'prod', kind: 'environment', region: 'eu-central-1', verdict: 'above', byOwner: sums };
    const money = { total: { base: 812, peak: 990 }, budget: { minUsd: 500, maxUsd: 800 }, byAwsService: sums };
    await mkdir(dashboard.reportsFolder, { recursive: true });
    const report = { withinBudgets: false, places: [{ ...place, ...money }] };
    await writeFile(join(dashboard.reportsFolder, 'cost.json'), JSON.stringify(report));
    await visit('cost', async (opened) => {
      for (const text of ['$812', '$990 at the peak load', 'above', 'Amazon EC2']) await shows(opened, text);
      expect(await opened.barriers()).toEqual([]);
      expect(opened.complaints).toEqual([]);
    });
  });

  test('are without dead letters and cost for an analyst, also by their address', async () => {
    const analyst = await start({ roles: ['analyst'] });
    const opened = await browser.open(`${analyst.url}/#/dead-letters/${LETTER}`);
    visited = opened;
    await opened.check('analyst', async () => {
      await shows(opened, 'Players online');
      const links = await opened.page.getByRole('navigation').getByRole('link').allTextContents();
      expect(links).toEqual(['Live', 'KPIs', 'Players', 'Events', 'Pipeline']);
      expect(await opened.page.getByRole('button', { name: 'Replay' }).count()).toBe(0);
    });
    await analyst.stop();
  });

  test('show what another role sees on one machine, where its token is given', async () => {
    await visit('live', async (opened) => {
      await opened.page.getByRole('link', { name: 'Dead letters' }).waitFor();
      const token = await dashboard.mint.mint({
        subject: 'ann',
        roles: ['analyst'],
        games: ['demo'],
        lifetimeSeconds: 600,
      });
      await opened.page.getByText('tester').click();
      await opened.page.getByLabel('Token of another role').fill(token);
      await opened.page.getByRole('button', { name: 'Use this token' }).click();
      await shows(opened, 'ann');
      expect(await opened.page.getByRole('link', { name: 'Dead letters' }).count()).toBe(0);
    });
  });
});
