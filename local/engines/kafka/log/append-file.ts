import { closeSync, constants, fdatasyncSync, fsyncSync, ftruncateSync, openSync, readSync, writevSync } from 'node:fs';
import { dirname } from 'node:path';
import { StorageError } from '../errors.ts';

/** Asks the disk to keep the names of files that are new in a directory, where the system can. */
export const syncDirectory = (path: string): void => {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/** Well below the 1,024 descriptors that a process has on many systems. */
const openFilesLimit = 512;
const openFiles = new Set<AppendFile>();
const closeOldest = (): void => {
  for (const file of openFiles) {
    file.close();
    return;
  }
};

/**
 * A file that only grows at its end, all or nothing: a write that fails half way is cut off again. Writes are
 * synchronous on purpose: they go to the page cache in microseconds, are in order without a queue, and have
 * happened (so survive SIGKILL) when the client gets its answer.
 */
export class AppendFile {
  readonly path: string;
  #descriptor: number | undefined;
  #size: number;
  #isDirty = false;
  #hasGarbage = false;
  /** Its name may not be on the disk yet. */
  #isNew: boolean;

  /** Opens nothing: the file is made by the first write. `size` is where that write goes. */
  constructor(path: string, size = 0) {
    this.path = path;
    this.#size = size;
    this.#isNew = size === 0;
  }

  get size(): number {
    return this.#size;
  }

  /** @throws StorageError when not every byte could be written; the file is then as before. */
  append(pieces: readonly Buffer[]): void {
    try {
      if (this.#hasGarbage) this.truncate(this.#size);
      this.#write([...pieces]);
    } catch (cause) {
      this.#cutGarbage();
      throw cause instanceof StorageError ? cause : new StorageError(this.path, cause);
    }
    this.#isDirty = true;
  }

  /** A disk that fills up takes a part first and refuses the rest. */
  #write(rest: Buffer[]): void {
    let position = this.#size;
    while (rest.length > 0) {
      let written = writevSync(this.#open(), rest, position);
      position += written;
      while (rest[0] !== undefined && written >= rest[0].length) written -= rest.shift()?.length ?? 0;
      if (rest[0] !== undefined) rest[0] = rest[0].subarray(written);
    }
    this.#size = position;
  }

  #cutGarbage(): void {
    this.#hasGarbage = true;
    try {
      this.truncate(this.#size);
    } catch {
      // Cutting is tried again before the next write; until then the garbage lies behind the end that readers know.
    }
  }

  /** Cuts the file to `size` bytes. */
  truncate(size: number): void {
    try {
      ftruncateSync(this.#open(), size);
    } catch (cause) {
      throw new StorageError(this.path, cause);
    }
    this.#size = size;
    this.#hasGarbage = false;
  }

  /** Fills `into` from `position` and returns how many bytes there were. */
  read(into: Buffer, position: number): number {
    return this.#size === 0 ? 0 : this.readBeyond(into, position);
  }

  /** The same for recovery, which looks past the end that is known. */
  readBeyond(into: Buffer, position: number): number {
    let filled = 0;
    while (filled < into.length) {
      const count = readSync(this.#open(), into, filled, into.length - filled, position + filled);
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }

  /** Asks the disk to keep what was written. */
  sync(): void {
    if (!this.#isDirty) return;
    try {
      fdatasyncSync(this.#open());
      if (this.#isNew) syncDirectory(dirname(this.path));
      this.#isNew = false;
    } catch (cause) {
      throw new StorageError(this.path, cause);
    }
    this.#isDirty = false;
  }

  /** Makes the file when it is missing. */
  touch(): void {
    try {
      this.#open();
    } catch (cause) {
      throw new StorageError(this.path, cause);
    }
  }

  /** Gives the descriptor back; the next access opens the file again. */
  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    openFiles.delete(this);
  }

  #open(): number {
    if (this.#descriptor !== undefined) return this.#descriptor;
    this.#descriptor = openSync(this.path, openFlags, 0o600);
    openFiles.add(this);
    if (openFiles.size > openFilesLimit) closeOldest();
    return this.#descriptor;
  }
}

// Read and write, made when missing, never emptied: 'a+' would ignore the position on Linux.
const openFlags = constants.O_RDWR | constants.O_CREAT;
