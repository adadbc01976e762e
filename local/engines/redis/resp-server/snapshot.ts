import { open, rename } from 'node:fs/promises';
import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Database, Entry } from './database.ts';
import { HashValue, hashDump } from './values/hash.ts';
import { HyperLogLog, hyperLogLogDump } from './values/hyperloglog.ts';
import { ListValue, listDump } from './values/list.ts';
import { SetValue, setDump } from './values/set.ts';
import { SortedSet, sortedSetDump } from './values/sorted-set.ts';
import { StreamValue, streamDump } from './values/stream.ts';
import type { Value } from './values/value.ts';

const formatVersion = 1;
const isHeader = Compile(Type.Object({ format: Type.Literal('resp-snapshot'), version: Type.Literal(formatVersion) }));
/** The last line, so that a torn file is known. */
const isTrailer = Compile(Type.Object({ keys: Type.Integer({ minimum: 0 }) }, { additionalProperties: false }));
const isRecord = Compile(
  Type.Object({
    key: Type.String(),
    kind: Type.String(),
    /** Milliseconds since the epoch; left out for a key that stays. */
    expiresAt: Type.Optional(Type.Integer()),
    value: Type.Unknown(),
  }),
);

type Restorer = (dump: unknown) => Value | undefined;

function restorer<Schema extends TSchema>(schema: Schema, restore: (dump: Static<Schema>) => Value): Restorer {
  const validator = Compile(schema);
  return (dump) => (validator.Check(dump) ? restore(dump) : undefined);
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

const chunkCharacters = 1024 * 1024;

/** All lines of a snapshot, many to a chunk: one write for each would take longer than a stop may. */
function* chunks(database: Database): Generator<string, number> {
  let text = `${JSON.stringify({ format: 'resp-snapshot', version: formatVersion })}\n`;
  let keys = 0;
  for (const [key, entry] of database.entries()) {
    text += `${line(key, entry)}\n`;
    keys += 1;
    if (text.length < chunkCharacters) continue;
    yield text;
    text = '';
  }
  yield `${text}${JSON.stringify({ keys })}\n`;
  return keys;
}

/** Writes all keys, one JSON line each; the file is whole or the one before stays. Resolves with their number. */
export async function saveSnapshot(database: Database, file: string): Promise<number> {
  const unfinished = `${file}.unfinished`;
  const handle = await open(unfinished, 'w', 0o600);
  let keys = 0;
  try {
    const source = chunks(database);
    for (let next = source.next(); ; next = source.next()) {
      if (next.done) {
        keys = next.value;
        break;
      }
      await handle.write(next.value);
    }
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

/**
 * Fills an empty database from a snapshot, line by line. A file that turns out to be damaged, be it in its last line,
 * leaves the database empty: half a cache would be taken for a whole one.
 */
export async function loadSnapshot(database: Database, file: string): Promise<SnapshotResult> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return { found: 'nothing' };
  const whole = await restoreLines(database, handle.readLines()).finally(() => handle.close());
  if (whole) return { found: 'keys', keys: database.size };
  database.clear();
  return { found: 'damage' };
}

/** False when the file does not begin, go on and end as `saveSnapshot` writes it. */
async function restoreLines(database: Database, lines: AsyncIterable<string>): Promise<boolean> {
  let read = 0;
  let keys: number | undefined;
  for await (const text of lines) {
    const value = parseLine(text);
    if (keys !== undefined || (read === 0 && !isHeader.Check(value))) return false;
    if (isTrailer.Check(value)) keys = value.keys;
    else if (read > 0 && !restoreRecord(database, value)) return false;
    read += 1;
  }
  return keys !== undefined && keys === read - 2;
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function restoreRecord(database: Database, value: unknown): boolean {
  if (!isRecord.Check(value) || !Object.hasOwn(restorers, value.kind)) return false;
  const restored = restorers[value.kind]?.(value.value);
  if (restored === undefined) return false;
  const expiresAt = value.expiresAt ?? Number.POSITIVE_INFINITY;
  if (expiresAt > database.now()) database.set(value.key, restored, expiresAt);
  return true;
}
