import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { catalog } from '#catalog/index.ts';
import { exitCodes } from '#kit/lifecycle.ts';
import { StandIn, TestDashboard } from '#tests/support/dashboard.ts';
import { resolversOf } from '#tests/support/dashboard-figures.ts';
import { Program } from '#tests/support/program.ts';
import { bundleService } from './bundle.ts';
import { ciFacts } from './ci.ts';

const BUNDLING_MILLIS = 60_000;
const built = ciFacts(catalog).services.map(({ name }) => name);

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gm-bundles-'));
  for (const name of built) await bundleService({ name }, join(folder, name));
}, BUNDLING_MILLIS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const programs = () =>
  built.flatMap((name) =>
    readdirSync(join(folder, name))
      .filter((file) => file.endsWith('.js'))
      .map((file) => [name, file] as const),
  );

describe('what an image holds', () => {
  test('starts without a package of the repository, and names the settings that it lacks', async () => {
    expect(programs().length).toBeGreaterThan(built.length);
    for (const [name, file] of programs()) {
      const { code, output } = await Program.run(join(folder, name, file), {});
      expect([name, file, code]).not.toEqual([name, file, exitCodes.bug]);
      expect(output).toContain('"code":"CONFIGURATION_INVALID"');
    }
  });

  test('brings the migrations and the GraphQL contract that are read at run time', () => {
    expect(existsSync(join(folder, 'event-processor-service', 'migrations'))).toBe(true);
    expect(existsSync(join(folder, 'analytics-api', 'schema.graphql'))).toBe(true);
  });

  test('brings the pages of the dashboard ready to be served', async () => {
    const games = [{ id: 'demo', name: 'Demo', timeZone: 'UTC' }];
    const figures = {
      games,
      empty: false,
      failure: undefined,
      activeToday: 7,
      eventsPerSecond: 3,
      unaccounted: 0,
      arriving: [],
    };
    const upstream = new StandIn(resolversOf(figures));
    await upstream.start();
    const bundle = join(folder, 'admin-dashboard');
    const settings = { PAGES_FOLDER: join(bundle, 'pages') };
    const dashboard = await TestDashboard.start({
      upstreamPort: upstream.port,
      settings,
      entry: join(bundle, 'index.js'),
    });
    const page = await (await fetch(dashboard.url)).text();
    const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(page) ?? [];
    const { status } = await fetch(`${dashboard.url}${script}`);
    expect([await dashboard.stop(), status]).toEqual([0, 200]);
    await upstream.stop();
  });

  test('is refused for a planned service, with what to do', async () => {
    await expect(bundleService({ name: 'user-service' }, join(folder, 'none'))).rejects.toThrow(
      'has no program in services/user-service: it is planned',
    );
  });
});
