import type { IncomingEvent } from '#catalog/events/index.ts';
import { INGESTION_API } from '#catalog/ingestion-api.ts';
import { batchesOf, type Entry } from './batches.ts';
import { type Answer, type ClientOptions, IngestionClient, refusalOf } from './client.ts';
import { sendErrors } from './errors.ts';
import { ageProblem, type FormatName, formatNamed, type LineFormat, parseLine, sniff } from './formats.ts';
import { type Line, MAX_LINE_BYTES, readLines } from './lines.ts';
import { type SendSummary, Tally } from './summary.ts';

export interface SendOptions extends ClientOptions {
  readonly game: string;
  /** Old events are wanted: they restate the past. */
  readonly backfill?: boolean;
  readonly format?: 'auto' | FormatName;
  /** Requests in flight at once. */
  readonly concurrency?: number;
  readonly maxBatchEvents?: number;
  /** Called after every request, with what is known so far. */
  readonly onProgress?: (sofar: SendSummary) => void;
}

export interface SendFileOptions extends SendOptions {
  /** Newline-delimited JSON, gzipped or not. */
  readonly file: string;
}

const defaultConcurrency = 4;
const tooLarge = 413;

/** One transmission: reads, posts and counts, with as many requests in flight as allowed. */
class Transmission {
  readonly #options: SendOptions;
  readonly #client: IngestionClient;
  readonly #tally = new Tally();
  #format: LineFormat | undefined;
  /** One worker failed, so the others take nothing more. */
  #over = false;

  constructor(options: SendOptions) {
    this.#options = options;
    this.#client = new IngestionClient(options);
    const { format = 'auto' } = options;
    if (format !== 'auto') this.#format = formatNamed(format);
  }

  async run(lines: AsyncIterable<Line>): Promise<SendSummary> {
    const { concurrency = defaultConcurrency, maxBatchEvents = INGESTION_API.maxBatchEvents } = this.#options;
    const batches = batchesOf(this.#entries(lines), maxBatchEvents);
    // Workers share one generator, so a batch is read only when one of them is free.
    const workers = Array.from({ length: concurrency }, () => this.#work(batches));
    try {
      await Promise.all(workers);
    } finally {
      this.#over = true;
      await Promise.allSettled(workers);
      await batches.return(undefined);
    }
    return this.#summary();
  }

  async *#entries(lines: AsyncIterable<Line>): AsyncGenerator<Entry> {
    for await (const line of lines) {
      this.#tally.lines += 1;
      const entry = this.#entryOf(line);
      if (entry) yield entry;
    }
  }

  #entryOf({ number, text }: Line): Entry | undefined {
    if (text === undefined) {
      const problem = { path: '/', rule: `a line has at most ${MAX_LINE_BYTES} bytes`, fix: 'Send less in the event.' };
      this.#tally.reject(number, problem);
      return undefined;
    }
    const parsed = parseLine(text);
    if ('problem' in parsed) {
      this.#tally.reject(number, parsed.problem);
      return undefined;
    }
    this.#format ??= sniff(parsed.fields);
    const inner = this.#format.unwrap(parsed.fields);
    const event = inner ?? parsed.fields;
    const old = this.#options.backfill ? undefined : ageProblem(event, this.#format.timeOf(event), Date.now());
    if (old) this.#tally.reject(number, old);
    return old ? undefined : { line: number, json: inner ? JSON.stringify(inner) : text };
  }

  async #work(batches: AsyncIterator<readonly Entry[]>): Promise<void> {
    for (let next = await batches.next(); !next.done && !this.#over; next = await batches.next()) {
      await this.#post(next.value);
      this.#options.onProgress?.(this.#summary());
    }
  }

  async #post(batch: readonly Entry[]): Promise<void> {
    const format = this.#format;
    if (!format) return;
    const { backfill, game } = this.#options;
    const headers = backfill ? { [INGESTION_API.backfillHeader]: 'true' } : {};
    const body = format.body(batch.map(({ json }) => json));
    const answer = await this.#client.post({ path: format.path(game), body, headers });
    if (answer.status === tooLarge) return this.#postSmaller(batch, answer);
    if (answer.status !== 200) throw sendErrors.SEND_REFUSED(refusalOf(answer));
    const results = format.resultsOf(answer.value);
    if (results.length !== batch.length)
      throw sendErrors.SEND_REFUSED({ detail: `The answer has ${results.length} results for ${batch.length} events.` });
    for (const [place, { line }] of batch.entries()) this.#tally.add(line, results[place] ?? { status: 'rejected' });
  }

  /** The service's bounds may be lower than the catalog's. */
  async #postSmaller(batch: readonly Entry[], answer: Answer): Promise<void> {
    const [first] = batch;
    if (first && batch.length === 1) {
      const { detail, fix = 'Send less in the event.' } = refusalOf(answer);
      this.#tally.reject(first.line, { path: '/', rule: detail, fix });
      return;
    }
    const half = Math.ceil(batch.length / 2);
    await this.#post(batch.slice(0, half));
    await this.#post(batch.slice(half));
  }

  #summary(): SendSummary {
    return this.#tally.summary(this.#format?.name, this.#client.retries);
  }
}

/**
 * Pours a file of events into the platform, in bounded memory. A bad line is reported and never stops the others;
 * sending a file again is harmless, because events have ids.
 * Errors: FILE_UNREADABLE, FORMAT_UNKNOWN, SEND_REFUSED (credential, game), SEND_GAVE_UP (after `giveUpAfterMillis`).
 */
export function sendFile(options: SendFileOptions): Promise<SendSummary> {
  return new Transmission(options).run(readLines(options.file));
}

async function* linesOf(events: Iterable<IncomingEvent>): AsyncGenerator<Line> {
  let number = 0;
  for (const event of events) {
    number += 1;
    yield { number, text: JSON.stringify(event) };
  }
}

/** The same for events that are made as they are sent, such as `simulate(…)`; lines are counted from 1. */
export function sendEvents(
  events: Iterable<IncomingEvent>,
  options: Omit<SendOptions, 'format'>,
): Promise<SendSummary> {
  return new Transmission({ ...options, format: 'gamemetrics' }).run(linesOf(events));
}
