import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { DeadLetter, MAX_DEAD_LETTER_ORIGINAL_BYTES } from '#catalog/events/index.ts';
import { names } from '#catalog/names.ts';
import { eventProcessorService } from '#catalog/services/event-processor-service.ts';
import { type Consumer, createConsumer, type IncomingMessage, type KafkaConnection } from '#kit/kafka/index.ts';
import type { Telemetry } from '#kit/telemetry/index.ts';
import { uuidOf } from '../domain/dead-letter.ts';
import { subjectOf } from '../domain/poison.ts';
import type { EventStore } from './store/event-store.ts';

const [, { topic, delivery }] = eventProcessorService.consumes;

const isDeadLetter = addFormats.default(new Ajv({ strict: true })).compile<DeadLetter>(DeadLetter);

function parse(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString('utf8') ?? 'null');
  } catch {
    return undefined;
  }
}

/** A letter that nobody can read is a letter as well: what somebody put there must not get lost. */
function unreadable({ value, partition, offset, timestampMillis }: IncomingMessage): DeadLetter {
  const bytes = value ?? Buffer.alloc(0);
  return {
    dead_letter_id: uuidOf(`${topic}/${partition}/${offset}`),
    reason: 'dead_letter_unreadable',
    detail: `A record of ${topic} does not match the schema of dead letters. Correct its producer.`,
    service: eventProcessorService.name,
    format: 'gamemetrics',
    original: bytes.subarray(0, MAX_DEAD_LETTER_ORIGINAL_BYTES).toString('base64'),
    original_bytes: bytes.length,
    truncated: bytes.length > MAX_DEAD_LETTER_ORIGINAL_BYTES,
    original_topic: topic,
    original_partition: partition,
    original_offset: String(offset),
    failed_at: new Date(timestampMillis).toISOString(),
  };
}

function letterOf(message: IncomingMessage): DeadLetter {
  const letter = parse(message.value);
  return isDeadLetter(letter) ? letter : unreadable(message);
}

/** Whose event it is, so that an erasure finds it; read from the original where that can be read. */
function playerOf(letter: DeadLetter, key: Buffer | null): string | undefined {
  const original = parse(Buffer.from(letter.original, 'base64'));
  return subjectOf(original).player_id ?? (key && key.length > 0 ? key.toString('utf8') : undefined);
}

/** Takes the letters of the topic into the event store; one that comes again changes nothing. */
export function collectDeadLetters(
  telemetry: Telemetry,
  store: Pick<EventStore, 'deadLetters'>,
  connection: KafkaConnection,
): Consumer {
  return createConsumer(telemetry, {
    connection,
    group: names.consumerGroup(telemetry.name, topic),
    delivery,
    topics: [topic],
    positions: 'group',
    onBatch: async ({ messages }) => {
      const letters = new Map(messages.map((message) => [letterOf(message).dead_letter_id, message]));
      const found = [...letters.values()].map((message) => ({ letter: letterOf(message), key: message.key }));
      const players = found.flatMap(({ letter, key }): [string, string][] => {
        const player = playerOf(letter, key);
        return player === undefined ? [] : [[letter.dead_letter_id, player]];
      });
      await store.deadLetters.add(
        found.map(({ letter }) => letter),
        new Map(players),
      );
    },
  });
}
