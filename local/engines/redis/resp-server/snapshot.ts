import { open, readFile, rename } from 'node:fs/promises';
import { type Static, type TSchema, Type } from 'typebox';
import { Check } from 'typebox/value';
import type { Database, Entry } from './database.ts';
import { HashValue, hashDump } from './values/hash.ts';
import { HyperLogLog, hyperLogLogDump } from './values/hyperloglog.ts';
import { ListValue, listDump } from './values/list.ts';
import { SetValue, setDump } from './values/set.ts';
import { SortedSet, sortedSetDump } from './values/sorted-set.ts';
import { StreamValue, streamDump } from './values/stream.ts';
import type { Value } from './values/value.ts';

const formatVersion = 1;
const header = Type.Object({ format: Type.Literal('resp-snapshot'), version: Type.Literal(formatVersion) });
/** The last line, so that a torn file is known. */
const trailer = Type.Object({ keys: Type.Integer({ minimum: 0 }) });
const record = Type.Object({
  key: Type.String(),
  kind: Type.String(),
  /** Milliseconds since the epoch; left out for a key that stays. */
  expiresAt: Type.Optional(Type.Integer()),
  value: Type.Unknown(),
});

type Restorer = (dump: unknown) => Value | undefined;

function restorer<Schema extends TSchema>(schema: Schema, restore: (dump: Static<Schema>) => Value): Restorer {
  return (dump) => (Check(schema, dump) ? restore(dump) : undefined);
}

const restorers: Readonly<Record<string, Restorer>> = {
  string: restorer(Type.String(), (text) => text),
  hash: restorer(hashDump, HashValue.restore),
  hyperloglog: restorer(hyperLogLogDump, HyperLogLog.restore),
  list: restorer(listDump, ListValue.restore),
  set: restorer(setDump, SetValue.restore),
  stream: restorer(streamDump, StreamValue.restore),
  zset: restorer(sortedSetDump, SortedSet.restore),
};

function line(key: string, { value, expiresAt }: Entry): string {
  const text = typeof value === 'string';
  return JSON.stringify({
    key,
    kind: text ? 'string' : value.kind,
    ...(Number.isFinite(expiresAt) ? { expiresAt } : {}),
    value: text ? value : value.dump(),
  });
}

/** Writes all keys, one JSON line each; the file is whole or the one before stays. */
export async function saveSnapshot(database: Database, file: string): Promise<number> {
  const unfinished = `${file}.unfinished`;
  const handle = await open(unfinished, 'w', 0o600);
  let keys = 0;
  try {
    await handle.write(`${JSON.stringify({ format: 'resp-snapshot', version: formatVersion })}\n`);
    for (const [key, entry] of database.entries()) {
      await handle.write(`${line(key, entry)}\n`);
      keys += 1;
    }
    await handle.write(`${JSON.stringify({ keys })}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, file);
  return keys;
}

export type SnapshotResult =
  | { readonly found: 'nothing' | 'damage' }
  | { readonly found: 'keys'; readonly keys: number };

/** Fills an empty database from a snapshot. From a damaged file nothing is taken. */
export async function loadSnapshot(database: Database, file: string): Promise<SnapshotResult> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { found: 'nothing' };
  const records = parseSnapshot(text);
  if (!records) return { found: 'damage' };
  for (const { key, value, expiresAt } of records) {
    if (expiresAt > database.now()) database.set(key, value, expiresAt);
  }
  return { found: 'keys', keys: database.size };
}

type Parsed = Pick<Entry, 'value' | 'expiresAt'> & { readonly key: string };

function parseSnapshot(text: string): Parsed[] | undefined {
  const lines = text.trimEnd().split('\n').map(parseLine);
  const [first, ...rest] = lines;
  const last = rest.pop();
  if (!Check(header, first) || !Check(trailer, last) || last.keys !== rest.length) return undefined;
  const records = rest.map(parseRecord);
  return records.every((each) => each !== undefined) ? records : undefined;
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseRecord(value: unknown): Parsed | undefined {
  if (!Check(record, value) || !Object.hasOwn(restorers, value.kind)) return undefined;
  const restored = restorers[value.kind]?.(value.value);
  if (restored === undefined) return undefined;
  return { key: value.key, value: restored, expiresAt: value.expiresAt ?? Number.POSITIVE_INFINITY };
}
