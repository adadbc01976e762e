import { existsSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { StorageError } from '../errors.ts';
import { AppendFile, syncDirectory } from '../log/append-file.ts';

export interface Entry<V> {
  readonly key: string;
  /** Undefined removes the key. */
  readonly value: V | undefined;
}

/** Below this size a journal is never rewritten. */
const smallBytes = 1024 * 1024;
/** Rewritten when it is this many times as large as what it says. */
const slack = 4;
const checksumDigits = 8;

/**
 * A map that survives: every change is one line (checksum and JSON) at the end of a file, and the last line for a
 * key wins. The owner keeps the values; `live` lists them when the file is rewritten.
 */
export class Journal<V> {
  #file: AppendFile;
  readonly #live: () => Iterable<Entry<V>>;
  #rewriteAtBytes = smallBytes;

  constructor(path: string, live: () => Iterable<Entry<V>>) {
    this.#live = live;
    this.#file = new AppendFile(path);
  }

  /** Reads what was written; a torn last line, which was never acknowledged, is cut off. */
  open(take: (entry: Entry<V>) => void): void {
    const path = this.#file.path;
    if (!existsSync(path)) return;
    const text = readFileSync(path);
    let position = 0;
    for (;;) {
      const end = text.indexOf('\n', position);
      const entry = end < 0 ? undefined : decode<V>(text.toString('utf8', position, end));
      if (entry === undefined) break;
      take(entry);
      position = end + 1;
    }
    this.#file = new AppendFile(path, position);
    if (position < text.length) this.#file.truncate(position);
  }

  /**
   * Stores changes, all of them or none.
   * @throws StorageError
   */
  append(entries: readonly Entry<V>[]): void {
    if (entries.length === 0) return;
    this.#file.append([Buffer.from(entries.map(encode).join(''))]);
    if (this.#file.size >= this.#rewriteAtBytes) this.#rewrite();
  }

  #rewrite(): void {
    const next = new AppendFile(`${this.#file.path}.new`);
    try {
      next.truncate(0);
      next.append([Buffer.from([...this.#live()].map(encode).join(''))]);
      next.sync();
      renameSync(next.path, this.#file.path);
      syncDirectory(dirname(next.path));
    } catch (error) {
      // The long journal stays as good as it was; the next try comes when it has grown again.
      if (!(error instanceof StorageError)) throw error;
      this.#rewriteAtBytes = this.#file.size * 2;
      return;
    } finally {
      next.close();
    }
    this.#file.close();
    this.#file = new AppendFile(this.#file.path, next.size);
    this.#rewriteAtBytes = Math.max(smallBytes, next.size * slack);
  }

  sync(): void {
    this.#file.sync();
  }

  close(): void {
    this.#file.close();
  }
}

const encode = (entry: Entry<unknown>): string => {
  const json = JSON.stringify(entry);
  return `${crc32(json).toString(16).padStart(checksumDigits, '0')} ${json}\n`;
};

const decode = <V>(line: string): Entry<V> | undefined => {
  if (line[checksumDigits] !== ' ') return undefined;
  const json = line.slice(checksumDigits + 1);
  if (Number.parseInt(line.slice(0, checksumDigits), 16) !== crc32(json)) return undefined;
  // The checksum tells that `encode` wrote this line.
  return JSON.parse(json) as Entry<V>;
};
