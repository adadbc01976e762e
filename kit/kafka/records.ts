import type { KafkaRecord, RecordsBatch } from '@platformatic/kafka';
import type { Carrier } from '../telemetry/tracing.ts';

export interface IncomingMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  /** null is a tombstone. */
  readonly value: Buffer | null;
  readonly headers: Carrier & Readonly<Record<string, string>>;
  readonly timestampMillis: number;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The offset of the next record to read, as a consumer stores it. */
export interface Position extends TopicPartition {
  readonly offset: bigint;
}

export const partitionName = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** Attribute bit 5: transaction markers, which are no messages. Source: Kafka protocol, record batch. */
const controlBit = 0x20;

function headersOf(record: KafkaRecord): Record<string, string> {
  const entries = record.headers.flatMap(([name, value]): [string, string][] =>
    name ? [[name.toString('utf8'), value?.toString('utf8') ?? '']] : [],
  );
  return Object.fromEntries(entries);
}

const messagesOf = (place: TopicPartition, batch: RecordsBatch): IncomingMessage[] =>
  batch.records.map((record) => ({
    topic: place.topic,
    partition: place.partition,
    offset: batch.firstOffset + BigInt(record.offsetDelta),
    key: record.key,
    value: record.value,
    headers: headersOf(record),
    timestampMillis: Number(batch.firstTimestamp + record.timestampDelta),
  }));

export interface DecodedRecords {
  readonly messages: readonly IncomingMessage[];
  /** Where reading goes on, also past compacted records and markers. */
  readonly nextOffset: bigint;
}

/** The messages of record batches from an offset on: a batch may begin before the offset that was asked for. */
export function decodeRecords(place: Position, batches: readonly RecordsBatch[]): DecodedRecords {
  const messages = batches
    .filter((batch) => (batch.attributes & controlBit) === 0)
    .flatMap((batch) => messagesOf(place, batch))
    .filter((message) => message.offset >= place.offset);
  const last = batches.at(-1);
  const nextOffset = last ? last.firstOffset + BigInt(last.lastOffsetDelta) + 1n : place.offset;
  return { messages, nextOffset: nextOffset > place.offset ? nextOffset : place.offset };
}
