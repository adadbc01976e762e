import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const lookMillis = 50;
const waitMillis = 5;
const drainMillis = 60_000;

/** Events on their way from the answer to the event store; positions of the consumer say how many are done. */
export class Flow {
  readonly #client: pg.Client;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  accepted = 0;
  done = 0;
  maxInFlight = 0;

  private constructor(client: pg.Client) {
    this.#client = client;
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined;
      });
    }, lookMillis);
  }

  static async watch(eventsUrl: string): Promise<Flow> {
    const client = new pg.Client({ connectionString: eventsUrl });
    await client.connect();
    return new Flow(client);
  }

  get inFlight(): number {
    return this.accepted - this.done;
  }

  /** Resolves when there is room for more: a lag that only grows would be no sustained rate. */
  async room(bound: number): Promise<void> {
    while (this.inFlight > bound) await sleep(waitMillis);
  }

  /** Resolves when everything accepted is processed; false when that takes too long. */
  async drained(): Promise<boolean> {
    const deadline = performance.now() + drainMillis;
    while (this.inFlight > 0 && performance.now() < deadline) await sleep(lookMillis);
    return this.inFlight <= 0;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await this.#client.end();
  }

  async #look(): Promise<void> {
    const { rows } = await this.#client.query<{ done: string }>(
      'SELECT coalesce(sum(greatest(next_offset, 0)), 0) AS done FROM event_store.consumer_positions',
    );
    this.done = Number(rows[0]?.done);
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
  }
}

/** So many events a second in batches, evenly: the next turn comes when it is due. */
export function pace(eventsPerSecond: number, eventsEach: number): () => Promise<void> {
  const intervalMillis = (eventsEach * 1000) / eventsPerSecond;
  let dueAt = performance.now();
  return async () => {
    dueAt = Math.max(dueAt + intervalMillis, performance.now() - 1000);
    const left = dueAt - performance.now();
    if (left > 1) await sleep(left);
  };
}
