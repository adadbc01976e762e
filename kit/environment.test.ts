import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Type } from 'typebox';
import { Duration, HostList, List, Port, readEnvironment, Secret, Url } from './environment.ts';
import { AppError, type Problem } from './errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'kit-environment-'));
afterAll(() => rmSync(folder, { recursive: true }));

function mounted(text: string): string {
  const path = join(folder, `${Math.random()}`);
  writeFileSync(path, text);
  return path;
}

function problemsOf(read: () => unknown): readonly Problem[] {
  try {
    read();
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFIGURATION_INVALID') return error.problems;
    throw error;
  }
  return [];
}

const schema = Type.Object({
  PORT: Port({ default: 8080 }),
  RATIO: Type.Number({ minimum: 0, maximum: 1, default: 0.5 }),
  VERBOSE: Type.Boolean({ default: false }),
  MODE: Type.Enum(['fast', 'safe'], { default: 'safe' }),
  FLUSH_INTERVAL: Duration({ default: '5s', minimumMillis: 10 }),
  KAFKA_BROKERS: HostList({ default: ['localhost:9092'] }),
  TAGS: List(undefined, { default: [] }),
  STORE_URL: Type.Optional(Url(['postgres'])),
  STORE_PASSWORD: Type.Optional(Secret()),
});

describe('readEnvironment', () => {
  test('turns text into the types of the schema', () => {
    const source = {
      PORT: '0',
      RATIO: '0.25',
      VERBOSE: 'TRUE',
      MODE: 'fast',
      FLUSH_INTERVAL: '250ms',
      KAFKA_BROKERS: 'a:9092, b:9093',
      TAGS: 'x,y',
      STORE_URL: 'postgres://role@host:5432/events',
    };
    expect(readEnvironment(schema, source)).toEqual({
      PORT: 0,
      RATIO: 0.25,
      VERBOSE: true,
      MODE: 'fast',
      FLUSH_INTERVAL: 250,
      KAFKA_BROKERS: ['a:9092', 'b:9093'],
      TAGS: ['x', 'y'],
      STORE_URL: 'postgres://role@host:5432/events',
    });
  });

  test('takes defaults for what is absent or empty', () => {
    expect(readEnvironment(schema, { PORT: '' })).toMatchObject({ PORT: 8080, FLUSH_INTERVAL: 5000, TAGS: [] });
  });

  test('reports every problem at once, each with variable, value, rule and fix', () => {
    const source = { PORT: '70000', RATIO: 'half', VERBOSE: 'perhaps', MODE: 'slow', FLUSH_INTERVAL: '5 seconds' };
    const problems = problemsOf(() =>
      readEnvironment(Type.Object({ ...schema.properties, NEEDED: Type.String() }), source),
    );
    expect(problems.map(({ path, value, rule }) => [path, value, rule])).toEqual([
      ['PORT', '70000', 'must be <= 65535'],
      ['RATIO', 'half', 'must be number'],
      ['VERBOSE', 'perhaps', 'must be boolean'],
      ['MODE', 'slow', 'must be one of fast, safe'],
      ['FLUSH_INTERVAL', '5 seconds', 'must be a duration: 250ms, 5s, 10m, 12h, 7d'],
      ['NEEDED', undefined, 'must be set'],
    ]);
    expect(problems.every(({ fix }) => fix.length > 0)).toBe(true);
  });

  test.each([
    ['Infinity', 'RATIO'],
    ['0x10', 'PORT'],
    ['1e999', 'RATIO'],
    ['a:1,,b:2', 'KAFKA_BROKERS'],
    ['localhost', 'KAFKA_BROKERS'],
    ['mysql://role@host/db', 'STORE_URL'],
    ['postgres://role:password@host/db', 'STORE_URL'],
  ])('refuses %s for %s', (text, variable) => {
    expect(problemsOf(() => readEnvironment(schema, { [variable]: text })).map(({ path }) => path)).toEqual([variable]);
  });

  test('refuses a schema with a format that nobody knows', () => {
    const unknown = Type.Object({ X: Type.String({ format: 'no-such-format' }) });
    expect(() => readEnvironment(unknown, { X: 'x' })).toThrow('no-such-format');
  });

  test('reads any whole number that it is given as text', () => {
    const one = Type.Object({ N: Type.Integer() });
    fc.assert(fc.property(fc.integer(), (value) => readEnvironment(one, { N: String(value) }).N === value));
  });

  test('reads any duration back as its milliseconds', () => {
    const one = Type.Object({ D: Duration() });
    const units = fc.constantFrom(
      ['ms', 1] as const,
      ['s', 1000] as const,
      ['m', 60_000] as const,
      ['h', 3_600_000] as const,
    );
    const law = fc.property(fc.nat(1000), units, (amount, [unit, millis]) => {
      return readEnvironment(one, { D: `${amount}${unit}` }).D === amount * millis;
    });
    fc.assert(law);
  });
});

describe('a secret', () => {
  test('comes from the mounted file that <NAME>_FILE names, without its last line break', async () => {
    const config = readEnvironment(schema, { STORE_PASSWORD_FILE: mounted('hunter2\n') });
    expect(await config.STORE_PASSWORD?.reveal()).toBe('hunter2');
  });

  test('is never taken from a plain variable, and its value is never reported', () => {
    const problems = problemsOf(() => readEnvironment(schema, { STORE_PASSWORD: 'hunter2' }));
    expect(problems).toMatchObject([{ path: 'STORE_PASSWORD', rule: 'must not hold a secret as plain text' }]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  test.each([
    ['absent', join(folder, 'absent'), 'must name a file that this process can read'],
    ['empty', mounted(' \n'), 'must name a file that is not empty'],
  ])('whose file is %s is refused at the start', (_, path, rule) => {
    const problems = problemsOf(() => readEnvironment(schema, { STORE_PASSWORD_FILE: path }));
    expect(problems).toMatchObject([{ path: 'STORE_PASSWORD_FILE', value: path, rule }]);
  });

  test('that is required and absent says both ways to give it', () => {
    const [problem] = problemsOf(() => readEnvironment(Type.Object({ KEY: Secret() }), {}));
    expect(problem?.fix).toBe('Mount the secret and set KEY_FILE, or set KEY=aws-secret:<id>[#key].');
  });

  test('may point to AWS Secrets Manager', () => {
    expect(readEnvironment(schema, { STORE_PASSWORD: 'aws-secret:prod/events#password' }).STORE_PASSWORD).toBeDefined();
  });

  test('must not have a default', () => {
    const careless = Type.Object({ KEY: Type.Unsafe<string>({ ...Secret(), default: 'changeme' }) });
    expect(() => readEnvironment(careless, {})).toThrow('must not have a default');
  });

  test('never shows itself, however it is printed', () => {
    const secret = readEnvironment(schema, { STORE_PASSWORD_FILE: mounted('hunter2') }).STORE_PASSWORD;
    const printed = [
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true }),
      String(secret),
    ];
    for (const text of printed) expect([text.includes('[secret]'), text.includes('hunter2')]).toEqual([true, false]);
  });
});
