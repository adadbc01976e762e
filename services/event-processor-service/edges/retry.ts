import { setTimeout as sleep } from 'node:timers/promises';

const firstDelayMillis = 100;
const maxDelayMillis = 5_000;

/** Doubling, with jitter, so that replicas that lost the same database do not come back together. */
const delayMillis = (attempt: number) =>
  Math.min(maxDelayMillis, firstDelayMillis * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2);

/** Waits before the next try; an aborted signal ends the wait early and rejects. */
export async function backOff(attempt: number, signal: AbortSignal): Promise<void> {
  await sleep(delayMillis(attempt), undefined, { signal });
}

/** Whether a part is in trouble: says so once, and once when it is over. */
export class Trouble {
  readonly #begins: (error: unknown) => void;
  readonly #ends: (attempts: number) => void;
  #error: unknown;
  #attempts = 0;

  constructor(begins: (error: unknown) => void, ends: (attempts: number) => void) {
    this.#begins = begins;
    this.#ends = ends;
  }

  get error(): unknown {
    return this.#error;
  }

  get attempts(): number {
    return this.#attempts;
  }

  failed(error: unknown): void {
    if (this.#attempts === 0) this.#begins(error);
    this.#attempts += 1;
    this.#error = error;
  }

  recovered(): void {
    if (this.#attempts > 0) this.#ends(this.#attempts);
    this.#attempts = 0;
    this.#error = undefined;
  }
}
