import { closeSync, mkdirSync, openSync } from 'node:fs';
import { copyFile, open, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unwritable } from './errors.ts';

/** A log is kept twice at most: the current file and the one before. */
export const maximumLogBytes = 10 * 1024 * 1024;
const tailBytes = 8 * 1024;

/**
 * Opens a log for a child to write to directly: what it says outlives us, and it never waits for us.
 * Appending is what makes rotation by truncation safe while it goes on writing.
 */
export function openLog(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'a', 0o600);
  } catch (error) {
    throw unwritable(file, error);
  }
}

export function closeLog(descriptor: number): void {
  closeSync(descriptor);
}

/** Current size in bytes; 0 for a file that is not there. */
export async function logSize(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found?.size ?? 0;
}

/**
 * Moves a log that has grown too large to `FILE.1` and empties it. Lines that are written in the very moment between
 * the copy and the truncation are lost: the price of a bound that needs no help of the writer.
 */
export async function rotateLog(file: string, maximumBytes = maximumLogBytes): Promise<boolean> {
  if ((await logSize(file)) <= maximumBytes) return false;
  await copyFile(file, `${file}.1`);
  await truncate(file, 0);
  return true;
}

/** What was written after the offset, at most the last few kilobytes of it. */
export async function readLog(file: string, fromByte = 0): Promise<string> {
  const size = await logSize(file);
  const start = Math.max(fromByte > size ? 0 : fromByte, size - tailBytes);
  if (size === 0 || start === size) return '';
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
