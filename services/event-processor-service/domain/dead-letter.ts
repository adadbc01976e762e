import { createHash } from 'node:crypto';
import { type DeadLetter, MAX_DEAD_LETTER_ORIGINAL_BYTES } from '#catalog/events/index.ts';
import type { PoisonRecord } from './event.ts';

const UUID_BYTES = 16;

/** A UUID that follows from a text: the same place gives the same dead letter, however often it is read. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest().subarray(0, UUID_BYTES).toString('hex');
  // Version 8: a UUID of an application's own making (RFC 9562).
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export interface DeadLetterSource {
  readonly topic: string;
  readonly service: string;
  readonly failedAtMillis: number;
}

/** The message that stands in `dlq.events` for a record that could not be stored. */
export function deadLetterOf(record: PoisonRecord, source: DeadLetterSource): DeadLetter {
  const { poison } = record;
  const { partition, offset, value } = record.record;
  const original = value ?? Buffer.alloc(0);
  const { player_id: _player, ...about } = poison.about;
  return {
    dead_letter_id: uuidOf(`${source.topic}/${partition}/${offset}`),
    reason: poison.reason,
    detail: poison.detail,
    ...(poison.path ? { path: poison.path } : {}),
    service: source.service,
    ...about,
    format: 'accepted-event',
    original: original.subarray(0, MAX_DEAD_LETTER_ORIGINAL_BYTES).toString('base64'),
    original_bytes: original.length,
    truncated: original.length > MAX_DEAD_LETTER_ORIGINAL_BYTES,
    original_topic: source.topic,
    original_partition: partition,
    original_offset: String(offset),
    failed_at: new Date(source.failedAtMillis).toISOString(),
  };
}
