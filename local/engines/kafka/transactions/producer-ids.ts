import { join } from 'node:path';
import type { Settings } from '../settings.ts';
import { Journal } from '../state/journal.ts';

/** Ids reserved on disk at once; a restart skips what is left of them, so no id is ever given twice. */
const blockSize = 1000;
const key = 'next';

export class ProducerIds {
  readonly #journal: Journal<number>;
  #next = 0;
  #reserved = 0;

  constructor(settings: Settings) {
    this.#journal = new Journal(join(settings.dataDir, 'producer-ids.journal'), () => [{ key, value: this.#reserved }]);
  }

  open(): void {
    this.#journal.open(({ value }) => {
      this.#reserved = value ?? this.#reserved;
    });
    this.#next = this.#reserved;
  }

  /** @throws StorageError */
  next(): number {
    if (this.#next === this.#reserved) {
      this.#journal.append([{ key, value: this.#reserved + blockSize }]);
      this.#reserved += blockSize;
    }
    return this.#next++;
  }

  sync(): void {
    this.#journal.sync();
  }

  close(): void {
    this.#journal.close();
  }
}
