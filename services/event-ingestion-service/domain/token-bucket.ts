/** Lets `perSecond` through on average and a second's worth at once. */
export class TokenBucket {
  readonly #perSecond: number;
  #tokens: number;
  #atMillis: number;

  constructor(perSecond: number, nowMillis: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#atMillis = nowMillis;
  }

  /** Takes one and answers 0, or the milliseconds until there is one. A clock that goes back gives nothing. */
  take(nowMillis: number): number {
    const passed = Math.max(0, nowMillis - this.#atMillis);
    this.#atMillis = nowMillis;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + (passed * this.#perSecond) / 1000);
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) * 1000) / this.#perSecond);
    this.#tokens -= 1;
    return 0;
  }
}
