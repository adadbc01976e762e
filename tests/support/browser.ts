import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { selectedTiers } from './environment.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'] as const;
/** Without these a browser in a container asks the network for its own sake, or does not start. */
const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--no-first-run'],
];

/** Where the shell finds a program; undefined where it does not. */
const onPath = (name: string): string | undefined =>
  spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' }).stdout.trim() || undefined;

const program = NAMES.map(onPath).find((path) => path !== undefined);
/** Of one thing to appear; far above what it takes. */
const WAIT_MILLIS = 10_000;
const MISSING = `no ${NAMES.join(', ')} on PATH`;

/**
 * A chapter that needs a browser: runs where one is on PATH, and says aloud where it does not. With `browser` in
 * GAMEMETRICS_TIERS it must run, and fails where it cannot.
 */
export function describeInBrowser(title: string, chapter: () => void): void {
  if (program !== undefined || selectedTiers.includes('browser')) {
    describe(title, chapter);
  } else {
    process.stderr.write(`NOT RUN: ${title}: ${MISSING}\n`);
    describe.skip(`${title} (not run: ${MISSING})`, chapter);
  }
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** Of the visitor's machine. */
  readonly timeZone?: string;
}

interface Violation {
  readonly rule: string;
  readonly help: string;
  readonly places: readonly string[];
}

/** A page with everything that it complained about. */
export class TestPage {
  readonly page: Page;
  /** Errors and warnings of the console, uncaught errors, breaches of the content security policy. */
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;
  readonly #folder: string;

  constructor(context: BrowserContext, page: Page, folder: string) {
    this.#context = context;
    this.page = page;
    this.#folder = folder;
    page.setDefaultTimeout(WAIT_MILLIS);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  /** What keeps people with a screen reader, a keyboard or weak sight out, by axe-core. */
  async barriers(): Promise<readonly Violation[]> {
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
    return violations.map(({ id, help, nodes }) => ({ rule: id, help, places: nodes.map(({ html }) => html) }));
  }

  /** How many pixels the page is wider than its window. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }

  /** Everything that moved by itself since the page was opened; 0 is nothing. Source: Layout Instability API. */
  layoutShift(): Promise<number> {
    return this.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            // The DOM types do not know this entry yet.
            for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
          }).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve(sum), 100);
        }),
    );
  }

  /** Writes a picture of the whole page; returns its path. */
  async picture(name: string): Promise<string> {
    const path = join(this.#folder, `${name}.png`);
    await this.page.screenshot({ path, fullPage: true });
    return path;
  }

  /** Runs a check; when it fails, there is a picture of what the page looked like. */
  async check(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      process.stderr.write(`${name}: see ${await this.picture(name)}\n`);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

/** A real browser of one test file. */
export class TestBrowser {
  readonly folder = mkdtempSync(join(tmpdir(), 'gm-browser-'));
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<TestBrowser> {
    if (program === undefined) throw new Error(`The browser tier was asked for, and there is ${MISSING}.`);
    return new TestBrowser(await chromium.launch({ executablePath: program, args: ARGUMENTS }));
  }

  /** A visitor of its own: no cookie, cache or storage is shared. */
  async open(url: string, options: PageOptions = {}): Promise<TestPage> {
    const { width = 1_280, height = 900, colorScheme = 'light', timeZone = 'UTC' } = options;
    const context = await this.#browser.newContext({
      ...{ viewport: { width, height }, colorScheme, timezoneId: timeZone, locale: 'en-GB' },
    });
    const page = await context.newPage();
    const visited = new TestPage(context, page, this.folder);
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    return visited;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    // Pictures of failures stay, and their folder with them.
    await rmdir(this.folder).catch(() => undefined);
  }
}
