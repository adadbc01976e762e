import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { publishedSchemas, textOfSchema } from '#catalog/events/published.ts';
import { SchemaRegistryDouble } from '#tests/support/schema-registry.ts';

const registry = new SchemaRegistryDouble();
const folder = mkdtempSync(join(tmpdir(), 'gm-schemas-'));
let url: string;

beforeAll(async () => {
  url = await registry.start();
  for (const one of publishedSchemas) writeFileSync(join(folder, `${one.artifact}.json`), textOfSchema(one));
});
afterAll(() => {
  registry.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = async (...args: readonly string[]): Promise<unknown> => {
  const program = join(import.meta.dirname, 'publish-schemas.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args]);
  return JSON.parse(stdout);
};

test('the job publishes a folder of schemas, and the next sync finds nothing to do', async () => {
  const names = publishedSchemas.map(({ artifact }) => artifact).sort();
  const args = ['--registry', url, '--schemas', folder];
  expect(await run(...args)).toEqual({ published: { created: names, changed: [], unchanged: [] } });
  expect(await run(...args)).toEqual({ published: { created: [], changed: [], unchanged: names } });
});

test('the job fails with one sentence when it is told too little or the registry is away', async () => {
  await expect(run()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('--registry URL') });
  await expect(run('--registry', 'http://127.0.0.1:9', '--schemas', folder)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('REGISTRY_UNREACHABLE'),
  });
});
