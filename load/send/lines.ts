import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf } from '#kit/errors.ts';
import { sendErrors } from './errors.ts';

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Undefined when the line is longer than an event may be. */
  readonly text: string | undefined;
}

/** A longer line cannot be one event of a request; it is skipped without being kept in memory. */
export const MAX_LINE_BYTES = 1_048_576;

const NEWLINE = 10;
const gzipMagic = [0x1f, 0x8b] as const;

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return gzipMagic.every((byte, place) => buffer[place] === byte);
  } finally {
    await handle.close();
  }
}

async function openSource(file: string): Promise<Readable> {
  const compressed = await isGzip(file);
  const source = createReadStream(file, { highWaterMark: 256 * 1024 });
  if (!compressed) return source;
  const inflated = createGunzip();
  source.on('error', (error) => inflated.destroy(error));
  return source.pipe(inflated);
}

/** Cuts chunks at newlines; holds one line at most. */
class Cutter {
  #parts: Buffer[] = [];
  #bytes = 0;
  #number = 0;

  *add(chunk: Buffer): Generator<Line> {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.#hold(chunk.subarray(from, end));
      yield this.#take();
      from = end + 1;
    }
    this.#hold(chunk.subarray(from));
  }

  *end(): Generator<Line> {
    if (this.#bytes > 0) yield this.#take();
  }

  #hold(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > MAX_LINE_BYTES) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #take(): Line {
    this.#number += 1;
    const fits = this.#bytes <= MAX_LINE_BYTES;
    const text = Buffer.concat(this.#parts).toString('utf8');
    this.#parts = [];
    this.#bytes = 0;
    return { number: this.#number, text: fits ? text.replace(/^\uFEFF/, '') : undefined };
  }
}

/** The lines of a file, gzipped or not, in bounded memory; empty ones are left out. Errors: FILE_UNREADABLE. */
export async function* readLines(file: string): AsyncGenerator<Line> {
  const cutter = new Cutter();
  try {
    for await (const chunk of await openSource(file)) yield* filled(cutter.add(chunk));
    yield* filled(cutter.end());
  } catch (error) {
    throw sendErrors.FILE_UNREADABLE({ detail: `${file} cannot be read: ${messageOf(error)}.`, cause: error });
  }
}

function* filled(lines: Iterable<Line>): Generator<Line> {
  for (const line of lines) if (line.text?.trim() !== '') yield line;
}
