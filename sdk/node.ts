import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type EventStorage, parseEvents } from './storage.ts';

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

/** Keeps events in one file, readable by its owner alone; a crash leaves the old content or the new, never half. */
export const fileStorage = (path: string): EventStorage => ({
  load: async () => {
    try {
      return parseEvents(await readFile(path, 'utf8'));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
  save: async (events) => {
    if (events.length === 0) return rm(path, { force: true });
    const unfinished = `${path}.new`;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(unfinished, JSON.stringify(events), { mode: 0o600 });
    await rename(unfinished, path);
  },
});
