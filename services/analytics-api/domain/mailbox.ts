/**
 * Messages of one listener as an async iterator: holds only the newest one that was not taken, so a slow listener costs
 * nothing and misses what is out of date. It ends at once, also while somebody waits for the next message: an async
 * generator would end only after its next message, which for a quiet game may never come.
 */
export class Mailbox<Message> implements AsyncIterableIterator<Message, undefined> {
  readonly #onEnd: () => void;
  readonly #merge: (waiting: Message, next: Message) => Message;
  #newest: { readonly message: Message } | undefined;
  #waiting: ((result: IteratorResult<Message, undefined>) => void) | undefined;
  #ended = false;

  /**
   * `onEnd` is called once, when the listener leaves or the mailbox is closed. `merge` says what becomes of a message
   * that was not taken when the next one comes; unless told otherwise the next one stands alone.
   */
  constructor(onEnd: () => void, merge: (waiting: Message, next: Message) => Message = (_, next) => next) {
    this.#onEnd = onEnd;
    this.#merge = merge;
  }

  put(message: Message): void {
    if (this.#ended) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting({ done: false, value: message });
    else this.#newest = { message: this.#newest ? this.#merge(this.#newest.message, message) : message };
  }

  /** No further message. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#newest = undefined;
    this.#waiting?.({ done: true, value: undefined });
    this.#onEnd();
  }

  async next(): Promise<IteratorResult<Message, undefined>> {
    if (this.#ended) return { done: true, value: undefined };
    const newest = this.#newest;
    this.#newest = undefined;
    if (newest) return { done: false, value: newest.message };
    const { promise, resolve } = Promise.withResolvers<IteratorResult<Message, undefined>>();
    this.#waiting = resolve;
    return promise;
  }

  async return(): Promise<IteratorResult<Message, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
