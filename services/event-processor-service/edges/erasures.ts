import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { type ErasureConfirmation, ErasureRequest, leaderboardKey } from '#catalog/events/index.ts';
import { names } from '#catalog/names.ts';
import { eventProcessorService } from '#catalog/services/event-processor-service.ts';
import type { TopicName } from '#catalog/topics.ts';
import {
  type Consumer,
  createConsumer,
  type IncomingMessage,
  type KafkaConnection,
  type OutgoingMessage,
  type Producer,
} from '#kit/kafka/index.ts';
import type { Telemetry } from '#kit/telemetry/index.ts';
import type { Erased, EventStore } from './store/event-store.ts';

const [, , { topic, delivery }] = eventProcessorService.consumes;
const confirmations: TopicName = 'user.erasure.completed';
const leaderboards: TopicName = 'game.leaderboards';
const STORE = 'events';

const isErasureRequest = addFormats.default(new Ajv({ strict: true })).compile<ErasureRequest>(ErasureRequest);

export interface ErasureParts {
  readonly store: Pick<EventStore, 'erasures'>;
  readonly producer: Producer;
}

function parse(value: Buffer): ErasureRequest | undefined {
  try {
    const request: unknown = JSON.parse(value.toString('utf8'));
    return isErasureRequest(request) ? request : undefined;
  } catch {
    return undefined;
  }
}

function confirmation(request: ErasureRequest, { removed }: Erased): OutgoingMessage {
  const { erasure_id, player_id } = request;
  const completed_at = new Date().toISOString();
  const service = eventProcessorService.name;
  const value: ErasureConfirmation = { erasure_id, player_id, service, store: STORE, removed, completed_at };
  return { topic: confirmations, key: player_id, value: JSON.stringify(value) };
}

/** The compacted topic forgets a score when its key gets a tombstone. */
const tombstones = ({ player_id }: ErasureRequest, { boards }: Erased): OutgoingMessage[] =>
  boards.map(({ gameId: game_id, dataClass: data_class, board }) => ({
    topic: leaderboards,
    key: leaderboardKey({ game_id, data_class, board, player_id }),
    value: null,
  }));

/** First nothing more is stored of the player, then everything is deleted, then it is confirmed; each may be repeated. */
async function carryOut(request: ErasureRequest, { store, producer }: ErasureParts): Promise<void> {
  await store.erasures.suppress(request);
  const erased = await store.erasures.erase(request);
  await producer.send([...tombstones(request, erased), confirmation(request, erased)]);
}

async function handle(message: IncomingMessage, parts: ErasureParts, telemetry: Telemetry): Promise<void> {
  const { key, value, partition, offset } = message;
  if (value === null) {
    if (key) await parts.store.erasures.lift(key.toString('utf8'));
    return;
  }
  const request = parse(value);
  if (request) return carryOut(request, parts);
  telemetry.logger.error({ topic, partition, offset }, 'an erasure request cannot be read');
}

/** Carries out erasures as they are asked for. */
export function carryOutErasures(telemetry: Telemetry, parts: ErasureParts, connection: KafkaConnection): Consumer {
  return createConsumer(telemetry, {
    connection,
    group: names.consumerGroup(telemetry.name, topic),
    delivery,
    topics: [topic],
    positions: 'group',
    onBatch: async ({ messages }) => {
      for (const message of messages) await handle(message, parts, telemetry);
    },
  });
}
