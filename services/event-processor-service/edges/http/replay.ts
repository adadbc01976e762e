import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { AcceptedEvent, CLOCK, type DataClass, events, IncomingEvent } from '#catalog/events/index.ts';
import type { GameDirectory } from '#kit/games/index.ts';
import type { Producer } from '#kit/kafka/index.ts';
import type { ProcessorMetrics } from '../../metrics.ts';
import { RAW_TOPIC } from '../raw-events.ts';
import type { EventStore, StoredDeadLetter } from '../store/event-store.ts';
import { processorErrors } from './errors.ts';

const ajv = addFormats.default(new Ajv({ strict: true, strictTypes: false }));
const isIncoming = ajv.compile<IncomingEvent>(IncomingEvent);
const isAccepted = ajv.compile<AcceptedEvent>(AcceptedEvent);
const knownTypes: ReadonlySet<string> = new Set(events.map(({ type }) => type));

export interface ReplayParts {
  readonly store: Pick<EventStore, 'deadLetters'>;
  readonly producer: Producer;
  readonly games: Pick<GameDirectory, 'findGame'>;
  readonly metrics: ProcessorMetrics;
}

interface Replayable {
  readonly event: IncomingEvent;
  readonly dataClass: DataClass;
  readonly backfill: boolean;
}

function refused(detail: string) {
  return processorErrors.DEAD_LETTER_NOT_REPLAYABLE({ detail });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw refused('Its original is not JSON.');
  }
}

/** What an accepted event adds to what the game sent. */
function withoutAcceptance({ received_at, data_class, marks, ...event }: AcceptedEvent): Replayable {
  return { event, dataClass: data_class, backfill: marks.includes('backfill') };
}

/** The event to replay: the corrected one, else the original if it is an event at all. */
function replayableOf({ letter, original, fixed }: StoredDeadLetter): Replayable {
  const dataClass = letter.data_class ?? 'production';
  if (!fixed && original.length < letter.original_bytes) throw refused('Only the beginning of its original was kept.');
  const candidate = parse(fixed ?? original);
  if (isAccepted(candidate)) return { ...withoutAcceptance(candidate), dataClass };
  if (isIncoming(candidate)) return { event: candidate, dataClass, backfill: false };
  const [problem] = isIncoming.errors ?? [];
  throw refused(`It is not an event in our envelope: ${problem?.instancePath || '/'} ${problem?.message}.`);
}

async function acceptedAgain(
  { event, dataClass, backfill }: Replayable,
  receivedAt: Date,
  games: ReplayParts['games'],
): Promise<AcceptedEvent> {
  const old = receivedAt.getTime() - Date.parse(event.event_timestamp) > CLOCK.lateAfterMillis;
  const isKnown = knownTypes.has(event.event_type);
  const accepts = isKnown || (await games.findGame(event.game_id))?.unknownEvents === 'accept';
  if (!accepts) throw refused(`The game does not take events of the unknown type "${event.event_type}".`);
  const age = backfill ? 'backfill' : 'late';
  const marks: AcceptedEvent['marks'] = [...(old ? ([age] as const) : []), ...(isKnown ? [] : (['custom'] as const))];
  return { ...event, received_at: receivedAt.toISOString(), data_class: dataClass, marks };
}

export interface Replayed {
  readonly now: boolean;
  readonly eventId: string;
}

/**
 * Puts the event back into the raw topic and then notes that. A crash in between leaves it open, and replaying it again
 * stores nothing twice, because the event keeps its id. What was replayed before is not sent again.
 * Errors: DEAD_LETTER_NOT_REPLAYABLE, DEAD_LETTER_DISCARDED, BROKER_UNAVAILABLE.
 */
export async function replay(found: StoredDeadLetter, by: string, parts: ReplayParts): Promise<Replayed> {
  const { letter, status } = found;
  if (status === 'discarded') throw processorErrors.DEAD_LETTER_DISCARDED({ detail: 'Nobody wanted it back.' });
  const replayable = replayableOf(found);
  if (status === 'replayed') return { now: false, eventId: replayable.event.event_id };
  const receivedAt = new Date();
  const event = await acceptedAgain(replayable, receivedAt, parts.games);
  const headers = { 'dead-letter-id': letter.dead_letter_id };
  await parts.producer.send([{ topic: RAW_TOPIC, key: event.player_id, value: JSON.stringify(event), headers }]);
  await parts.store.deadLetters.replayed(letter.dead_letter_id, { gameId: event.game_id, receivedAt, by });
  parts.metrics.processor_events_replayed_total.inc({ game_id: event.game_id });
  return { now: true, eventId: event.event_id };
}
