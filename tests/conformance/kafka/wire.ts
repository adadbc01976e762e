import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Api, editionsOf } from '#local/engines/kafka/protocol/api.ts';
import { Reader } from '#local/engines/kafka/protocol/reader.ts';
import { type Edition, string as shortString } from '#local/engines/kafka/protocol/schema.ts';
import { Writer } from '#local/engines/kafka/protocol/writer.ts';
import { BufferBudget, Frames } from '#local/engines/kafka/server/frames.ts';

const apiVersionsKey = 18;
const largestAnswer = 64 * 1024 * 1024;
const headerEdition = { version: 1, isFlexible: false };

const editionOf = (api: Pick<Api<unknown, never>, 'versions' | 'flexibleSince'>, version: number): Edition =>
  editionsOf(api)[version] ?? { version, isFlexible: true };

/**
 * A client that says exactly what it is told, for what no real client would say. It is made of the broker's own
 * declarations of the protocol; that these are right is shown by Apache Kafka understanding them.
 */
export class Wire {
  readonly socket: Socket;
  readonly #frames = new Frames(largestAnswer, new BufferBudget(largestAnswer));
  readonly #waiting = new Map<number, PromiseWithResolvers<Buffer>>();
  #correlationId = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the connection was closed'));
    });
    socket.on('data', (chunk) => {
      this.#frames.push(chunk);
      for (let frame = this.#frames.next(); frame !== undefined; frame = this.#frames.next()) {
        const correlationId = frame.readInt32BE(0);
        this.#waiting.get(correlationId)?.resolve(frame);
        this.#waiting.delete(correlationId);
      }
    });
  }

  static async connect(port: number): Promise<Wire> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Wire(socket);
  }

  /**
   * Sends one request; rejects when the connection ends first or the answer has another length than declared.
   * `version` is that of both, or of the request and of the answer.
   */
  async call<Q, A, QW, AR>(
    api: Api<Q, A, QW, AR>,
    version: number | readonly [number, number],
    request: QW,
  ): Promise<AR> {
    const [asked, answered] = typeof version === 'number' ? [version, version] : version;
    const frame = await this.#exchange(this.#encode(api, editionOf(api, asked), request));
    const edition = editionOf(api, answered);
    const reader = new Reader(frame, 4);
    if (edition.isFlexible && api.key !== apiVersionsKey) reader.unsignedVarint();
    const answer = api.response.at(edition).read(reader);
    if (reader.remaining > 0) throw new Error(`${api.name} ${answered}: ${reader.remaining} bytes are left over`);
    return answer;
  }

  #encode<Q, A, QW, AR>(api: Api<Q, A, QW, AR>, edition: Edition, request: QW): Buffer[] {
    const writer = new Writer();
    writer.int16(api.key);
    writer.int16(edition.version);
    writer.int32(++this.#correlationId);
    shortString.at(headerEdition).write(writer, 'wire');
    if (edition.isFlexible) writer.unsignedVarint(0);
    api.request.at(edition).write(writer, request);
    return writer.finish();
  }

  #exchange(frame: readonly Buffer[]): Promise<Buffer> {
    const answered = Promise.withResolvers<Buffer>();
    this.#waiting.set(this.#correlationId, answered);
    for (const piece of frame) this.socket.write(piece);
    return answered.promise;
  }

  close(): void {
    this.socket.destroy();
  }
}
