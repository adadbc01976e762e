import { INGESTION_API } from '#catalog/ingestion-api.ts';
import type { TopicName } from '#catalog/topics.ts';
import { errors } from '#kit/errors.ts';
import type { Producer } from '#kit/kafka/index.ts';
import { type Judgement, judgeAll, type Request } from '../domain/batch.ts';
import { deadLettersOf } from '../domain/dead-letters.ts';
import { type Format, isBodyProblem } from '../domain/formats/format.ts';
import type { Admission, Judge } from '../domain/judge.ts';
import type { QuotaLedger } from '../domain/quota.ts';
import type { RecentIds } from '../domain/recent-ids.ts';
import { Scopes } from '../domain/scopes.ts';
import type { IngestionMetrics } from '../metrics.ts';
import type { Body } from './body.ts';
import type { Writer } from './credentials.ts';
import { ingestionErrors } from './errors.ts';
import { secondsOf } from './limits.ts';

const accepted: TopicName = 'player.events.raw';
const deadLetters: TopicName = 'dlq.events';

export interface IntakeParts {
  readonly producer: Pick<Producer, 'send' | 'publish' | 'bufferedMessages'>;
  readonly judge: Judge;
  readonly recent: RecentIds;
  readonly quota: QuotaLedger;
  readonly metrics: IngestionMetrics;
  readonly maxBatchEvents: number;
}

export interface Sent {
  readonly writer: Writer;
  readonly format: Format;
  readonly body: Body;
  readonly backfill: boolean;
}

/** From a body to its answer. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #scopes = new Scopes();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /**
   * The answer's JSON, once every accepted event is durable.
   * Errors: REQUEST_INVALID, BATCH_TOO_LARGE, QUOTA_EXCEEDED, BUFFER_FULL, BROKER_UNAVAILABLE.
   */
  async take(sent: Sent): Promise<string> {
    const events = this.#eventsOf(sent);
    const { format, writer } = sent;
    const nowMillis = Date.now();
    this.#chargeQuota(writer.game.id, events.length, nowMillis);
    const admission = this.#admission(sent, nowMillis);
    const request: Request = { json: sent.body.json, events, format, admission };
    const judgement = judgeAll(request, this.#parts.judge);
    await this.#store(request, judgement);
    this.#count(writer.game.id, judgement);
    return format.answer(judgement.outcomes);
  }

  #eventsOf({ format, body }: Sent): readonly unknown[] {
    const found = format.eventsOf(body.value);
    if (isBodyProblem(found)) {
      const problem = { path: '/', ...found };
      throw errors.REQUEST_INVALID({ detail: `The body must be ${found.rule}.`, fix: found.fix, problems: [problem] });
    }
    const { metrics, maxBatchEvents } = this.#parts;
    metrics.ingestion_batch_events.observe(found.length);
    if (found.length <= maxBatchEvents) return found;
    const detail = `The request has ${found.length} events; at most ${maxBatchEvents} are taken at once.`;
    throw ingestionErrors.BATCH_TOO_LARGE({ detail });
  }

  #chargeQuota(game: string, events: number, nowMillis: number): void {
    const waitMillis = this.#parts.quota.take(game, events, nowMillis);
    if (waitMillis === 0) return;
    this.#parts.metrics.ingestion_rate_limited_total.inc({ limit: 'game' });
    const detail = `The game "${game}" sent as many events as its quota allows.`;
    throw ingestionErrors.QUOTA_EXCEEDED({ detail, retryAfterSeconds: secondsOf(waitMillis) });
  }

  #admission({ writer, backfill }: Sent, nowMillis: number): Admission {
    const { game, dataClass, onlyPlayer } = writer;
    return {
      game: game.id,
      dataClass,
      scope: this.#scopes.numberOf(game.id, dataClass),
      unknownEvents: game.unknownEvents,
      onlyPlayer,
      backfill,
      receivedAtMillis: nowMillis,
      receivedAt: new Date(nowMillis).toISOString(),
    };
  }

  async #store(request: Request, judgement: Judgement): Promise<void> {
    const records = judgement.accepted.map(({ playerId, value }) => ({ key: playerId, value }));
    const letters = deadLettersOf(request, judgement).map((letter) => ({
      topic: deadLetters,
      value: JSON.stringify(letter),
    }));
    if (records.length + letters.length === 0) return;
    const { producer, metrics, recent } = this.#parts;
    const observe = metrics.ingestion_publish_duration_seconds.startTimer();
    try {
      await Promise.all([producer.publish(accepted, records), producer.send(letters)]);
    } finally {
      observe();
      metrics.ingestion_buffered_events.set(producer.bufferedMessages);
    }
    // Only what is durable may ever be called a duplicate.
    for (const { eventId } of judgement.accepted) recent.add(eventId, request.admission.scope);
  }

  #count(game_id: string, { counts, accepted: events }: Judgement): void {
    const { metrics } = this.#parts;
    for (const [outcome, count] of Object.entries(counts))
      if (count > 0) metrics.ingestion_events_total.inc({ game_id, outcome }, count);
    for (const { marks } of events)
      if (marks.length > 0) for (const mark of marks) metrics.ingestion_marked_events_total.inc({ game_id, mark });
  }
}

/** Old events are wanted: by header, or `?backfill=true`. */
export function wantsBackfill(headers: Readonly<Record<string, unknown>>, query: unknown): boolean {
  const asked = typeof query === 'object' && query !== null ? Reflect.get(query, 'backfill') : undefined;
  return headers[INGESTION_API.backfillHeader] === 'true' || asked === 'true';
}
