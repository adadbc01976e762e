import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { synthesizeCharts } from '#charts/app.ts';
import { synthesizeInfra } from '#infra/synthesize.ts';
import { gm } from '#tests/support/command-line.ts';

const SYNTHESIS_MILLIS = 120_000;

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gm-compare-'));
  synthesizeInfra({ environments: ['dev'], outdir: join(at('before'), 'aws') });
  synthesizeCharts({ environments: ['dev'], outdir: join(at('before'), 'gitops'), images: {} });
}, SYNTHESIS_MILLIS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the output in which one file reads otherwise. */
function changed(name: string, file: string, change: (text: string) => string): string {
  cpSync(at('before'), at(name), { recursive: true });
  const path = join(at(name), file);
  const text = readFileSync(path, 'utf8');
  expect(change(text)).not.toBe(text);
  writeFileSync(path, change(text));
  return at(name);
}

const diff = (after: string, ...words: readonly string[]) =>
  gm(['diff', '--before', at('before'), '--after', after, '--env', 'dev', ...words]);

const ROLLOUT = 'gitops/dev/analytics-api/Rollout.gamemetrics.analytics-api.yaml';
const BUCKETS = 'aws/dev/gamemetrics-dev-storage.template.json';

describe('gm diff', () => {
  test('exits with 0 when nothing changes', async () => {
    const { code, stdout } = await diff(at('before'));
    expect(stdout).toContain('Nothing changes');
    expect(code).toBe(0);
  });

  test('exits with 3 for a disruptive change, in JSON', async () => {
    const after = changed('restart', ROLLOUT, (text) => text.replace('cpu: 250m', 'cpu: 300m'));
    const { code, stdout } = await diff(after, '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      class: 'disruptive',
      changes: [{ subject: 'Rollout gamemetrics/analytics-api' }],
    });
  });

  test('exits with 4 for a dangerous change, in Markdown', async () => {
    const after = changed('open', BUCKETS, (text) =>
      text.replace('"BlockPublicPolicy": true', '"BlockPublicPolicy": false'),
    );
    const { code, stdout } = await diff(after, '--markdown');
    expect(code).toBe(4);
    expect(stdout).toContain('### dangerous (1)');
    expect(stdout).toContain('**public exposure**');
  });

  test('documents its exit codes in its help', async () => {
    const { stdout } = await gm(['diff', '--help']);
    expect(stdout).toContain('Exit code: 0 nothing or safe, 3 disruptive, 4 dangerous.');
  });

  test.each([
    ['one folder only', ['diff', '--before', 'x'], 2, 'give both or neither'],
    ['a revision that does not exist', ['diff', '--base', 'nonsense'], 1, '«nonsense» is no revision'],
    [
      'a folder without an output',
      ['diff', '--before', '/nonexistent', '--after', '/nonexistent'],
      1,
      'Run «npm run synth» first',
    ],
  ])('answers %s with one clear sentence', async (_, words, code, sentence) => {
    const finished = await gm(words);
    expect(finished.stderr).toContain(sentence);
    expect(finished.stderr).not.toMatch(/^\s+at /m);
    expect(finished.code).toBe(code);
  });
});

describe('gm cost', () => {
  const pricesOf = (name: string, eksHour: number): string => {
    const prices = at(name);
    mkdirSync(prices);
    const groups = { eks_cluster_hour: { standard: eksHour, _source: 'I' } };
    const table = { region: 'us-east-1', hoursPerMonth: 730, sources: { I: 'a list' }, ...groups };
    writeFileSync(join(prices, 'price-table-us-east-1.json'), JSON.stringify(table));
    writeFileSync(join(prices, 'ec2-us-east-1.json'), JSON.stringify({ source: 'x', prices: {} }));
    return prices;
  };
  const cost = (...words: readonly string[]) => gm(['cost', '--env', 'dev', '--from', at('before'), ...words]);

  test('without a price for something names it, and does not confirm the budget', async () => {
    const { code, stdout } = await cost('--prices', pricesOf('few', 0.1));
    expect(stdout).toContain('Without a price:');
    expect(stdout).toContain('unconfirmed');
    expect(code).toBe(1);
  });

  test('above the budget fails and names the three largest lines', async () => {
    const { code, stdout } = await cost('--prices', pricesOf('dear', 10));
    expect(stdout).toContain('above the budget');
    expect(stdout).toMatch(/The three largest lines:\n {2}Amazon EKS: control plane {2}\$7,300\.00\n.+\n.+\n/);
    expect(code).toBe(1);
  });

  test('refuses a folder without tables of prices', async () => {
    const { code, stderr } = await cost('--prices', at('nowhere'));
    expect(stderr).toContain('Give the folder with --prices DIR.');
    expect(code).toBe(1);
  });

  test('prints lines, sums and sources as JSON', async () => {
    const { stdout } = await cost('--json');
    const report: unknown = JSON.parse(stdout);
    expect(report).toMatchObject({
      places: [{ name: 'dev', budget: { maxUsd: 200 }, lines: expect.any(Array), byAwsService: expect.any(Array) }],
      sources: expect.any(Object),
    });
  });
});
