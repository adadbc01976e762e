import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { postOnce, quantile } from './http-load.ts';
import { eventsAddress } from './ingestion.ts';
import type { Subject } from './subject.ts';

const everyMillis = 100;
const pollMillis = 20;
const patienceMillis = 30_000;
const player = 'freshness-sample';

const visible = `SELECT event_id AS id FROM event_store.events
  WHERE player_id = '${player}' AND event_id = ANY ($1::uuid[]) AND event_timestamp > now() - interval '5 minutes'`;

/** Single events beside the load, each looked for in the event store from its answer on. */
export class FreshnessSampler {
  readonly #subject: Subject;
  readonly #taken: () => void;
  readonly #client: pg.Client;
  readonly #waiting = new Map<string, number>();
  readonly #millis: number[] = [];

  /** `taken`: told of every sample that was accepted. */
  constructor(subject: Subject, taken: () => void) {
    this.#subject = subject;
    this.#taken = taken;
    this.#client = new pg.Client({ connectionString: subject.eventsUrl });
  }

  /** Milliseconds from answer to queryable at a share of the samples; what never appears counts as the whole wait. */
  async sample(seconds: number): Promise<{ readonly p95Millis: number }> {
    await this.#client.connect();
    const until = performance.now() + seconds * 1000;
    await Promise.all([this.#send(until), this.#watch(until)]);
    await this.#client.end();
    const all = [...this.#millis, ...[...this.#waiting.keys()].map(() => patienceMillis)];
    all.sort((one, other) => one - other);
    return { p95Millis: quantile(all, 0.95) };
  }

  async #send(until: number): Promise<void> {
    const agent = new Agent({ keepAlive: true });
    while (performance.now() < until) {
      const id = randomUUID();
      const status = await postOnce(agent, { ...eventsAddress(this.#subject), body: () => this.#body(id) });
      if (status === 200) {
        this.#waiting.set(id, performance.now());
        this.#taken();
      }
      await sleep(everyMillis);
    }
    agent.destroy();
  }

  #body(event_id: string): Buffer {
    const game_id = this.#subject.game;
    const event_timestamp = new Date().toISOString();
    const event = {
      event_id,
      event_type: 'level_started',
      event_version: 1,
      game_id,
      player_id: player,
      event_timestamp,
    };
    return Buffer.from(JSON.stringify({ ...event, properties: { level: 1 } }));
  }

  async #watch(until: number): Promise<void> {
    while (performance.now() < until || (this.#waiting.size > 0 && performance.now() < until + patienceMillis)) {
      if (this.#waiting.size > 0) await this.#look();
      await sleep(pollMillis);
    }
  }

  async #look(): Promise<void> {
    const { rows } = await this.#client.query<{ id: string }>(visible, [[...this.#waiting.keys()]]);
    const now = performance.now();
    for (const { id } of rows) {
      const since = this.#waiting.get(id);
      if (since !== undefined) this.#millis.push(now - since);
      this.#waiting.delete(id);
    }
  }
}
