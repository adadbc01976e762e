import {
  type API,
  type Callback,
  createAPI,
  kGetApi,
  type Message,
  Producer,
  type ProducerOptions,
  produceV9,
  produceV10,
  produceV11,
  Writer,
} from '@platformatic/kafka';
import type { RecordBatch, Sequence } from './record-batch.ts';

/** The parts of the library's produce options that a request needs. */
interface ProduceOptions {
  readonly producerId?: bigint;
  readonly producerEpoch?: number;
}

/** What the library hands to a produce request: here every message is a whole batch. */
interface Carrier {
  readonly topic: string;
  readonly value: RecordBatch;
}

/** As the library calls a produce API: acks, timeout in milliseconds, messages, options. */
type ProduceArguments = readonly [number, number, readonly Carrier[], ProduceOptions];

/** Produce; the key is Kafka's. */
const PRODUCE_KEY = 0;
const SEQUENCE_MASK = 0x7fffffff;
/** Requests of a producer id that was given up may still be on their way. */
const maxProducers = 4;

/** Numbers of the next record, by producer id and partition. */
class Sequences {
  readonly #next = new Map<bigint, Map<string, number>>();

  /** A batch that is sent again keeps its number, or the broker could not tell that it has it already. */
  of({ topic, value: batch }: Carrier, producerId: bigint, producerEpoch: number): Sequence {
    const known = batch.sequence;
    if (known?.producerId === producerId && known.producerEpoch === producerEpoch) return known;
    const partitions = this.#partitionsOf(producerId);
    const partition = `${topic}/${batch.partition}`;
    const first = partitions.get(partition) ?? 0;
    partitions.set(partition, (first + batch.count) & SEQUENCE_MASK);
    batch.sequence = { producerId, producerEpoch, first };
    return batch.sequence;
  }

  #partitionsOf(producerId: bigint): Map<string, number> {
    const known = this.#next.get(producerId);
    if (known) return known;
    const partitions = new Map<string, number>();
    this.#next.set(producerId, partitions);
    const [oldest] = this.#next.keys();
    if (this.#next.size > maxProducers && oldest !== undefined) this.#next.delete(oldest);
    return partitions;
  }
}

type ProduceApi = API<unknown[], ReturnType<typeof produceV11.parseResponse>>;

const parsers = new Map([
  [9, produceV9.parseResponse],
  [10, produceV10.parseResponse],
  [11, produceV11.parseResponse],
]);

/**
 * The library's idempotent producer (metadata, leaders, connections, producer ids, repeats) with requests of our own:
 * a message carries a whole `RecordBatch`, so that nothing is allocated for a record. Versions 9 to 11 of Produce, which
 * every Kafka from 2.5 on speaks, have one and the same request.
 */
export class BatchProducer extends Producer {
  readonly #sequences = new Sequences();
  readonly #apis = new Map<number, ProduceApi>();

  constructor(options: ProducerOptions<Buffer, Buffer, Buffer, Buffer>) {
    super({ ...options, idempotent: true, strict: false });
  }

  /** Resolves with the offset of the first record of each batch, by partition. */
  async sendBatches(topic: string, batches: readonly RecordBatch[]): Promise<ReadonlyMap<number, bigint>> {
    // The library passes values on untouched, to the request below.
    const messages = batches.map(
      (value) => ({ topic, partition: value.partition, value }) as unknown as Message<Buffer, Buffer, Buffer, Buffer>,
    );
    const { offsets = [] } = await this.send({ messages });
    return new Map(offsets.map(({ partition, offset }) => [partition, offset]));
  }

  override [kGetApi]<Arguments extends unknown[], Response>(
    name: string,
    callback: Callback<API<Arguments, Response>>,
  ): void {
    if (name !== 'Produce') {
      super[kGetApi](name, callback);
      return;
    }
    super[kGetApi]<Arguments, Response>(name, (error, api) => {
      if (error || !api) return callback(error, api);
      // The caller that asks for Produce passes and expects exactly what our request takes and the library's parser gives.
      return callback(null, this.#api(api.version) as unknown as API<Arguments, Response>);
    });
  }

  #api(version: number): ProduceApi {
    const known = this.#apis.get(version);
    if (known) return known;
    const parse = parsers.get(version);
    if (!parse) throw new RangeError(`Produce ${version} is not known here; Kafka 2.5 and later speak 9.`);
    // The library calls a produce API with these four and nothing else.
    const createRequest = (...parts: unknown[]) => this.#request(parts as unknown as ProduceArguments);
    const api = createAPI(PRODUCE_KEY, version, createRequest, parse);
    this.#apis.set(version, api);
    return api;
  }

  #request([acks, timeoutMillis, carriers, { producerId = -1n, producerEpoch = 0 }]: ProduceArguments): Writer {
    const topics = [...Map.groupBy(carriers, ({ topic }) => topic)];
    return Writer.create()
      .appendString(null)
      .appendInt16(acks)
      .appendInt32(timeoutMillis)
      .appendArray(topics, (writer, [topic, ofTopic]) => {
        writer.appendString(topic).appendArray(ofTopic, (inner, carrier) => {
          const bytes = carrier.value.encode(this.#sequences.of(carrier, producerId, producerEpoch));
          inner
            .appendInt32(carrier.value.partition)
            .appendUnsignedVarInt(bytes.length + 1)
            .append(bytes);
        });
      })
      .appendTaggedFields();
  }
}
