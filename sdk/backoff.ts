export interface BackoffOptions {
  readonly baseMillis: number;
  readonly maxMillis: number;
  readonly random: () => number;
}

/** Pauses between attempts: doubled with each failure and drawn at random below, so that devices do not come together. */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** The pause after one more failure, in milliseconds; never shorter than what the platform asked for. */
  next(retryAfterMillis = 0): number {
    const { baseMillis, maxMillis, random } = this.#options;
    const ceiling = Math.min(maxMillis, baseMillis * 2 ** this.#failures);
    this.#failures += 1;
    return Math.max(retryAfterMillis, Math.ceil(random() * ceiling));
  }

  reset(): void {
    this.#failures = 0;
  }
}
