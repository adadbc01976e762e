import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingEvent } from '#catalog/events/index.ts';
import { INGESTION_API } from '#catalog/ingestion-api.ts';
import { messageOf } from '#kit/errors.ts';
import { type Answer, type IngestionClient, refusalOf } from '../send/index.ts';
import type { LiveTraffic } from './live.ts';

/** Counted since the start. */
export interface TrafficFigures {
  readonly sent: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Refused as a whole, or given up. */
  readonly failed: number;
  /** Not sent, because too much was waiting. */
  readonly dropped: number;
  readonly waiting: number;
}

export interface SenderOptions {
  readonly traffic: LiveTraffic;
  readonly client: IngestionClient;
  /** Events that may wait while the platform is away; older ones are dropped. */
  readonly maxWaiting: number;
  readonly onTrouble: (sentence: string) => void;
}

const tickMillis = 100;
const concurrency = 4;
const pauseAfterTroubleMillis = 1000;

const countOf = (answer: Answer, name: string): number => Number(Reflect.get(Object(answer.value), name) ?? 0);

/** Posts live traffic as it happens: every tick what is due, a few requests at once, never more waiting than allowed. */
export class LiveSender {
  readonly #options: SenderOptions;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #counts = { sent: 0, accepted: 0, duplicates: 0, rejected: 0, failed: 0, dropped: 0 };
  #waiting: IncomingEvent[] = [];

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  get figures(): TrafficFigures {
    return { ...this.#counts, waiting: this.#waiting.length };
  }

  /** Runs until `stop`; then sends what is waiting and resolves. */
  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#collect(Date.now());
      this.#post();
      await sleep(tickMillis, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
    this.#post();
    await Promise.all(this.#inFlight);
  }

  stop(): void {
    this.#stop.abort();
  }

  #collect(nowMillis: number): void {
    this.#waiting = [...this.#waiting, ...this.#options.traffic.due(nowMillis)];
    const tooMany = this.#waiting.length - this.#options.maxWaiting;
    if (tooMany <= 0) return;
    this.#waiting = this.#waiting.slice(tooMany);
    this.#counts.dropped += tooMany;
  }

  #post(): void {
    while (this.#waiting.length > 0 && this.#inFlight.size < concurrency) {
      const batch = this.#waiting.slice(0, INGESTION_API.maxBatchEvents);
      this.#waiting = this.#waiting.slice(batch.length);
      const posting = this.#postBatch(batch).finally(() => {
        this.#inFlight.delete(posting);
        this.#post();
      });
      this.#inFlight.add(posting);
    }
  }

  async #postBatch(batch: readonly IncomingEvent[]): Promise<void> {
    this.#counts.sent += batch.length;
    try {
      const answer = await this.#options.client.post({ path: INGESTION_API.eventsPath, body: JSON.stringify(batch) });
      if (answer.status !== 200) throw new Error(refusalOf(answer).detail);
      this.#counts.accepted += countOf(answer, 'accepted');
      this.#counts.duplicates += countOf(answer, 'duplicates');
      this.#counts.rejected += countOf(answer, 'rejected');
    } catch (error) {
      this.#counts.failed += batch.length;
      this.#options.onTrouble(messageOf(error));
      await sleep(pauseAfterTroubleMillis, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }
}
