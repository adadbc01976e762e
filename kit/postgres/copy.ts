import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

export type CopyValue = string | number | bigint | boolean | Date | Buffer | null | object;

export interface CopyOptions {
  readonly table: string;
  readonly columns: readonly string[];
}

const special = /[\\\b\f\n\r\t\v]/g;
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};
const rowsPerChunk = 200;

const escapeText = (text: string) => text.replace(special, (character) => escapes[character] ?? character);

/** One value in PostgreSQL's COPY text format; objects become JSON. */
export function copyText(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escapeText(value);
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
  if (typeof value === 'object') return escapeText(JSON.stringify(value));
  return String(value);
}

function* chunks(rows: Iterable<readonly CopyValue[]>): Generator<string> {
  let chunk = '';
  let count = 0;
  for (const row of rows) {
    chunk += `${row.map(copyText).join('\t')}\n`;
    count += 1;
    if (count % rowsPerChunk === 0) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

const quote = (name: string) =>
  name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');

/** Streams rows into a table with COPY, in the client's transaction. Returns how many. */
export async function copyIn(
  client: pg.ClientBase,
  options: CopyOptions,
  rows: Iterable<readonly CopyValue[]>,
): Promise<number> {
  const columns = options.columns.map(quote).join(', ');
  const stream = client.query(copyFrom(`COPY ${quote(options.table)} (${columns}) FROM STDIN`));
  await pipeline(Readable.from(chunks(rows)), stream);
  return stream.rowCount;
}
