import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { errorCode, errors } from '../errors.ts';
import { type ObjectBody, type ObjectInfo, type ObjectStore, requireObjectKey } from './store.ts';

/** Never a key: keys do not begin with a tilde. */
const unfinished = '~unfinished';

const absent: ReadonlySet<string> = new Set(['ENOENT', 'EISDIR', 'ENOTDIR']);

function explain(key: string, error: unknown): unknown {
  if (!absent.has(errorCode(error) ?? '')) return error;
  return errors.OBJECT_NOT_FOUND({ detail: `There is no object "${key}".`, cause: error });
}

class DirectoryObjectStore implements ObjectStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async put(key: string, body: ObjectBody): Promise<ObjectInfo> {
    const path = this.#pathOf(key);
    const temporary = join(this.#root, unfinished, randomUUID());
    await mkdir(dirname(temporary), { recursive: true });
    try {
      const source = body instanceof Readable ? body : Readable.from([Buffer.from(body)]);
      await pipeline(source, createWriteStream(temporary, { flush: true }));
      await mkdir(dirname(path), { recursive: true });
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
    return this.#infoOf(key);
  }

  async get(key: string): Promise<Readable> {
    const path = this.#pathOf(key);
    try {
      const info = await stat(path);
      if (!info.isFile()) throw errors.OBJECT_NOT_FOUND({ detail: `There is no object "${key}".` });
      const file = await open(path);
      return createReadStream('', { fd: file });
    } catch (error) {
      throw explain(key, error);
    }
  }

  async read(key: string): Promise<Buffer> {
    try {
      return await readFile(this.#pathOf(key));
    } catch (error) {
      throw explain(key, error);
    }
  }

  async *list(prefix = ''): AsyncIterable<ObjectInfo> {
    for (const key of await this.#keys('')) {
      if (key.startsWith(prefix)) yield await this.#infoOf(key);
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#pathOf(key), { force: true });
  }

  #pathOf(key: string): string {
    requireObjectKey(key);
    return join(this.#root, key);
  }

  async #infoOf(key: string): Promise<ObjectInfo> {
    const { size, mtime } = await stat(join(this.#root, key));
    return { key, bytes: size, modifiedAt: mtime };
  }

  async #keys(folder: string): Promise<string[]> {
    const entries = await readdir(join(this.#root, folder), { withFileTypes: true, recursive: true }).catch(
      (error: unknown) => {
        if (errorCode(error) === 'ENOENT') return [];
        throw error;
      },
    );
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(this.#root.length + 1)
          .replaceAll('\\', '/'),
      )
      .filter((key) => !key.startsWith(`${unfinished}/`))
      .sort();
  }
}

/** Objects as files below a directory, given as a path or a file: URL; whole, synced and then renamed into place. */
export function createDirectoryStore(root: string): ObjectStore {
  return new DirectoryObjectStore(resolve(root.startsWith('file:') ? fileURLToPath(root) : root));
}
