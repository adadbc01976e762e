import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeInBrowser as describe, TestBrowser, type TestPage } from '#tests/support/browser.ts';
import { StandIn, TestDashboard } from '#tests/support/dashboard.ts';
import { type Figures, resolversOf } from '#tests/support/dashboard-figures.ts';
import { TestIdentity } from '#tests/support/identity.ts';

const DEMO = { id: 'demo', name: 'Demo Game', timeZone: 'Europe/Berlin' };

describe('signing in to the dashboard', () => {
  const figures: Figures = {
    ...{ games: [DEMO], empty: false, failure: undefined, activeToday: 7, eventsPerSecond: 3 },
    ...{ unaccounted: 0, arriving: [] },
  };
  const upstream = new StandIn(resolversOf(figures));
  const identity = new TestIdentity('https://id.example');
  let browser: TestBrowser;
  let dashboard: TestDashboard;

  beforeAll(async () => {
    await upstream.start();
    await identity.start();
    const settings = { TOKEN_ISSUER: identity.issuer, USER_SERVICE_URL: `http://127.0.0.1:${identity.port}` };
    dashboard = await TestDashboard.start({ upstreamPort: upstream.port, signIn: true, settings });
    browser = await TestBrowser.launch();
  }, 60_000);
  afterAll(async () => {
    await browser.stop();
    await dashboard.stop();
    await identity.stop();
    await upstream.stop();
  });

  const mint = (lifetimeSeconds: number) =>
    dashboard.mint.mint({ subject: 'olga', roles: ['operator'], games: ['demo'], lifetimeSeconds });

  async function visit(name: string, address: string, work: (opened: TestPage) => Promise<void>): Promise<void> {
    const opened = await browser.open(`${dashboard.url}/${address}`);
    await opened.check(name, () => work(opened));
    await opened.close();
  }

  test('leads there and back to the page that was asked for, by a code that is of use to nobody else', async () => {
    identity.token = await mint(3_600);
    await visit('sign-in', '#/pipeline', async ({ page, ...opened }) => {
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByTestId('conservation').filter({ hasText: 'balanced' }).waitFor();
      await page.getByText('olga').waitFor();
      expect(page.url()).toBe(`${dashboard.url}/#/pipeline`);
      expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).toBe('[{},{}]');
      expect(opened.complaints).toEqual([]);
      const bearers = upstream.seen.filter(({ authorization }) => authorization !== `Bearer ${identity.token}`);
      expect(bearers.filter(({ method }) => method === 'POST')).toEqual([]);
      await page.getByText('olga').click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByText('The figures of a game are for the people who run it.').waitFor();
    });
  });

  test('goes on with a new token when the old one ends, without asking anybody', async () => {
    identity.token = await mint(61);
    const before = identity.refreshed;
    await visit('renewed', '', async ({ page }) => {
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('olga').waitFor();
      identity.token = await mint(3_600);
      await page.getByText('Retention').first().waitFor();
      await page.getByRole('link', { name: 'KPIs' }).click();
      await page.waitForTimeout(2_000);
      await page.getByRole('link', { name: 'Pipeline' }).click();
      await page.getByTestId('conservation').waitFor();
      expect(identity.refreshed).toBeGreaterThan(before);
    });
  });

  test('says why it was not finished, and that a sign-in which was not begun here is not taken', async () => {
    identity.refuses = true;
    await visit('cancelled', '', async (opened) => {
      await opened.page.getByRole('button', { name: 'Sign in' }).click();
      await opened.page.getByRole('alert').filter({ hasText: 'The sign-in was cancelled.' }).waitFor();
      expect(await opened.barriers()).toEqual([]);
    });
    identity.refuses = false;
    await visit('foreign', '?code=stolen&state=foreign', async ({ page }) => {
      await page.getByRole('alert').filter({ hasText: 'was not begun here' }).waitFor();
      expect(page.url()).toBe(`${dashboard.url}/`);
    });
  });

  test('is refused for a code that user-service did not give', async () => {
    const body = JSON.stringify({ code: 'x', verifier: 'v'.repeat(43), redirectUri: `${dashboard.url}/` });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${dashboard.url}/session/token`, { method: 'POST', headers, body });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'SIGN_IN_REFUSED']);
  });
});
