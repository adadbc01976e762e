import { createHash } from 'node:crypto';
import { ExpiringMap } from '#kit/expiring-map.ts';
import type { Reads } from './reads.ts';

/** Together at most 16 MB. */
const MAX_ANSWERS = 1_000;
const MAX_BYTES = 16 * 1_024;

interface Kept {
  readonly bytes: Buffer;
  readonly reads: Reads;
}

export interface KeptAnswersOptions {
  /** The longest time that an answer is served again; 0 turns it off. */
  readonly ttlMillis: number;
  readonly now?: () => number;
}

/**
 * Whole answers as they were sent, so that one that is asked for again costs no execution: by what was asked and which
 * games the asker may see, until a game in it changes or its time is over.
 */
export class KeptAnswers {
  readonly #ttlMillis: number;
  readonly #answers: ExpiringMap<Kept>;

  constructor({ ttlMillis, now = Date.now }: KeptAnswersOptions) {
    this.#ttlMillis = ttlMillis;
    this.#answers = new ExpiringMap(MAX_ANSWERS, now);
  }

  /** Whoever may see the same games gets the same answer. */
  keyOf(games: readonly string[], asked: readonly unknown[]): string {
    return createHash('sha256')
      .update(JSON.stringify([games, ...asked]))
      .digest('base64');
  }

  find(key: string): Buffer | undefined {
    const kept = this.#answers.get(key);
    return kept?.reads.hold() ? kept.bytes : undefined;
  }

  keep(key: string, bytes: Buffer, reads: Reads): void {
    const millis = Math.min(this.#ttlMillis, reads.freshMillis);
    if (millis > 0 && bytes.length <= MAX_BYTES) this.#answers.set(key, { bytes, reads }, millis);
  }
}
