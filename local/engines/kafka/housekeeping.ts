import type { Core } from './core.ts';
import { compact } from './log/compaction.ts';
import { applyRetention } from './log/retention.ts';

/** What the broker does when nobody asks: retention, compaction, expiry, overdue transactions. */
export class Housekeeping {
  readonly #core: Core;
  readonly #timers: NodeJS.Timeout[] = [];
  #running: Promise<void> = Promise.resolve();

  constructor(core: Core) {
    this.#core = core;
  }

  start(): void {
    const { housekeepingIntervalMillis, transactionSweepIntervalMillis } = this.#core.settings;
    this.#timers.push(
      setInterval(() => this.#attempt(() => this.#core.transactions.sweep()), transactionSweepIntervalMillis),
      setInterval(() => {
        this.#running = this.#running.then(() => this.run());
      }, housekeepingIntervalMillis),
    );
  }

  /** One round over everything. */
  async run(): Promise<void> {
    const { settings, topics, groups } = this.#core;
    const nowMillis = settings.now();
    this.#attempt(() => groups.expire());
    for (const topic of topics.all) {
      for (const log of topic.partitions) {
        if (log.isClosed) continue;
        this.#attempt(() => applyRetention(log, nowMillis));
        log.producers.expire(nowMillis - settings.producerIdExpirationMillis);
        if (topic.settings.isCompacted) await compact(log, nowMillis).catch((error) => this.#report(error));
      }
    }
  }

  /** A round that fails is tried again in the next one. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#core.settings.onFault({ code: 'storage', message: `Housekeeping was interrupted: ${message}` });
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#running;
  }
}
