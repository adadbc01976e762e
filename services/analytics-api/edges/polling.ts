import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#kit/telemetry/logger.ts';
import { Mailbox } from '../domain/mailbox.ts';

/** One thing that people watch: how it is read, when it is worth a look, and what of a look is news. */
export interface Watch<Value, Message> {
  readonly key: string;
  readonly field: string;
  readonly read: () => Promise<Value>;
  /** False where nothing can have changed since the look before. */
  readonly isAwake: () => boolean;
  /** What a listener is told of a value that it has not seen; undefined is nothing. Made anew for each listener. */
  readonly news: () => (value: Value) => Message | undefined;
  /** A message that was not taken yet, and the next one; the newest stands for both unless told otherwise. */
  readonly merge?: (waiting: Message, next: Message) => Message;
}

interface Watched {
  readonly listeners: Set<(value: unknown) => void>;
  readonly closers: Set<() => void>;
  value: { readonly it: unknown } | undefined;
  loop: Promise<void>;
}

const TICK_MILLIS = 1_000;
const ASLEEP_MILLIS = 10_000;

export interface PollingOptions {
  readonly logger: Logger;
  readonly open: { inc(labels: { field: string }): void; dec(labels: { field: string }): void };
}

/** Reads each watched thing once for all who watch it, and not at all when nobody does. */
export class Polling {
  readonly #options: PollingOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #stopping = new AbortController();

  constructor(options: PollingOptions) {
    this.#options = options;
  }

  listen<Value, Message>(watch: Watch<Value, Message>): Mailbox<Message> {
    const { open } = this.#options;
    const watched = this.#watch(watch);
    const newsOf = watch.news();
    const close = (): void => mailbox.close();
    // A key is read by one kind of watch only, so its values are of that kind.
    const tell = (value: unknown): void => {
      const message = newsOf(value as Value);
      if (message !== undefined) mailbox.put(message);
    };
    const mailbox = new Mailbox<Message>(() => {
      open.dec({ field: watch.field });
      watched.listeners.delete(tell);
      watched.closers.delete(close);
      if (watched.listeners.size === 0 && this.#watched.get(watch.key) === watched) this.#watched.delete(watch.key);
    }, watch.merge);
    open.inc({ field: watch.field });
    watched.listeners.add(tell);
    watched.closers.add(close);
    if (watched.value) tell(watched.value.it);
    if (this.#stopping.signal.aborted) mailbox.close();
    return mailbox;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const watched = [...this.#watched.values()];
    for (const { closers } of watched) for (const close of [...closers]) close();
    await Promise.all(watched.map(({ loop }) => loop));
  }

  #watch<Value, Message>(watch: Watch<Value, Message>): Watched {
    const known = this.#watched.get(watch.key);
    if (known) return known;
    const watched: Watched = { listeners: new Set(), closers: new Set(), value: undefined, loop: Promise.resolve() };
    this.#watched.set(watch.key, watched);
    // The first look comes after the first listener is there.
    watched.loop = Promise.resolve().then(() => this.#keepLooking(watched, watch));
    return watched;
  }

  async #keepLooking<Value, Message>(watched: Watched, { read, isAwake, field }: Watch<Value, Message>): Promise<void> {
    const { signal } = this.#stopping;
    let lookedAtMillis = Number.NEGATIVE_INFINITY;
    while (watched.listeners.size > 0 && !signal.aborted) {
      if (performance.now() - lookedAtMillis >= ASLEEP_MILLIS || isAwake()) {
        lookedAtMillis = performance.now();
        try {
          watched.value = { it: await read() };
          for (const tell of [...watched.listeners]) tell(watched.value.it);
        } catch (error) {
          // Watchers keep their last message; its moment shows how old it is.
          this.#options.logger.warn({ error, field }, 'what is watched cannot be read now');
        }
      }
      await sleep(TICK_MILLIS, undefined, { signal }).catch(() => undefined);
    }
  }
}
