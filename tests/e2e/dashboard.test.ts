import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { describeInBrowser as describe, type PageOptions, TestBrowser, type TestPage } from '#tests/support/browser.ts';
import { StandIn, TestDashboard } from '#tests/support/dashboard.ts';
import { type Figures, resolversOf } from '#tests/support/dashboard-figures.ts';

const MAX_SCRIPT_BYTES = 200_000;
const DEMO = { id: 'demo', name: 'Demo Game', timeZone: 'Europe/Berlin' };
const usual: Figures = {
  games: [DEMO],
  empty: false,
  failure: undefined,
  activeToday: 1_312,
  eventsPerSecond: 214,
  unaccounted: 0,
  arriving: [],
};

describe('the dashboard in a browser', () => {
  const figures: Figures = { ...usual };
  const upstream = new StandIn(resolversOf(figures));
  let dashboard: TestDashboard;
  let browser: TestBrowser;
  let visited: TestPage | undefined;

  beforeAll(async () => {
    await upstream.start();
    dashboard = await TestDashboard.start({ upstreamPort: upstream.port });
    browser = await TestBrowser.launch();
  }, 60_000);
  afterEach(async () => {
    Object.assign(figures, usual);
    await upstream.start();
    await visited?.close();
  });
  afterAll(async () => {
    await browser.stop();
    await dashboard.stop();
    await upstream.stop();
  });

  async function visit(name: string, work: (visited: TestPage) => Promise<void>, options?: PageOptions): Promise<void> {
    const opened = await browser.open(dashboard.url, options);
    visited = opened;
    await opened.check(name, () => work(opened));
  }

  const shows = async ({ page }: TestPage, text: string | RegExp) => page.getByText(text).first().waitFor();
  const value = ({ page }: TestPage, id: string) => page.getByTestId(id);
  const ready = async (opened: TestPage) => {
    await value(opened, 'events-per-second').filter({ hasText: '214' }).waitFor();
    await shows(opened, 'Retention');
  };

  test('shows the figures of the game, and nothing complains', async () => {
    await visit('figures', async (opened) => {
      await ready(opened);
      expect(await value(opened, 'active-players').textContent()).toBe('1,312');
      expect(await value(opened, 'events-today').textContent()).toBe('148.3K');
      expect(await value(opened, 'players-online').textContent()).toBe('187');
      for (const text of ['€537.92', '1,412 yesterday', '21 min 25 s on average', 'match_end', '42%'])
        await shows(opened, text);
      await opened.page.getByRole('status').filter({ hasText: 'live' }).waitFor();
      expect(opened.complaints).toEqual([]);
    });
  });

  test('shows what changes while it changes, in the time zone of the game', async () => {
    await visit(
      'live',
      async (opened) => {
        await ready(opened);
        figures.eventsPerSecond = 987;
        figures.activeToday = 1_999;
        await value(opened, 'events-per-second').filter({ hasText: '987' }).waitFor();
        await value(opened, 'active-players').filter({ hasText: '1,999' }).waitFor();
        await shows(opened, /times in Europe\/Berlin/);
      },
      { timeZone: 'America/New_York' },
    );
  });

  test.each(['light', 'dark'] as const)('keeps nobody out in its %s colours', async (colorScheme) => {
    await visit(
      `barriers-${colorScheme}`,
      async (opened) => {
        await ready(opened);
        expect(await opened.barriers()).toEqual([]);
      },
      { colorScheme },
    );
  });

  test.each([360, 768, 1440, 2560])('fits into %i pixels', async (width) => {
    await visit(
      `width-${width}`,
      async (opened) => {
        await ready(opened);
        expect(await opened.overflow()).toBe(0);
        expect(await opened.layoutShift()).toBeLessThan(0.02);
        expect(opened.complaints).toEqual([]);
      },
      { width },
    );
  });

  test('is used with the keyboard alone', async () => {
    figures.games = [DEMO, { id: 'two', name: 'Harbour Run', timeZone: 'Asia/Tokyo' }];
    await visit('keyboard', async (opened) => {
      await ready(opened);
      const focused = () => opened.page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
      await opened.page.keyboard.press('Tab');
      expect(await focused()).toBe('Skip to the figures');
      await opened.page.keyboard.press('Enter');
      expect(await opened.page.evaluate(() => document.activeElement?.id)).toBe('main');
      await opened.page.getByRole('combobox', { name: 'Game' }).focus();
      await opened.page.keyboard.press('ArrowDown');
      await shows(opened, /times in Asia\/Tokyo/);
    });
  });

  test('says what to do where no event ever came, and where there is no game', async () => {
    figures.empty = true;
    await visit('empty', async (opened) => {
      await shows(opened, 'No event yet');
      await shows(opened, /nothing processed yet/);
      expect(await opened.barriers()).toEqual([]);
      expect(await opened.page.getByText('NaN').count()).toBe(0);
      figures.games = [];
      await opened.page.reload();
      await shows(opened, 'No game yet');
    });
  });

  test('says why it has no figures, and tries again when asked', async () => {
    figures.failure = 'The figures are being restored.';
    await visit('failed', async (opened) => {
      await opened.page.getByRole('alert').filter({ hasText: 'This cannot be shown now' }).waitFor();
      expect(await opened.barriers()).toEqual([]);
      figures.failure = undefined;
      await opened.page.getByRole('button', { name: 'Try again' }).click();
      await ready(opened);
    });
  });

  test('says that a service is away, and goes on by itself when it is back', async () => {
    await visit('away', async (opened) => {
      await ready(opened);
      await upstream.stop();
      await opened.page.getByRole('status').filter({ hasText: 'reconnecting' }).waitFor();
      expect(await value(opened, 'active-players').textContent()).toBe('1,312');
      figures.eventsPerSecond = 55;
      await upstream.start();
      await value(opened, 'events-per-second').filter({ hasText: '55' }).waitFor();
      await opened.page.getByRole('status').filter({ hasText: 'live' }).waitFor();
    });
  });

  test('has no more script than a slow line bears, and says for how long it may be kept', async () => {
    const page = await (await fetch(dashboard.url)).text();
    const scripts = [...page.matchAll(/src="(.+?\.js)"/g)].map(([, path]) => new URL(path ?? '', dashboard.url));
    expect(scripts.length).toBeGreaterThan(0);
    let bytes = 0;
    for (const script of scripts) {
      const answer = await fetch(script, { headers: { 'accept-encoding': 'gzip' } });
      expect([answer.headers.get('content-encoding'), answer.headers.get('cache-control')]).toEqual([
        'gzip',
        'public, max-age=31536000, immutable',
      ]);
      bytes += Number(answer.headers.get('content-length'));
    }
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(MAX_SCRIPT_BYTES);
  });
});
