import type { Socket } from 'node:net';
import { KafkaError } from '../errors.ts';
import { MalformedRequest } from '../protocol/reader.ts';
import type { Settings } from '../settings.ts';
import { type BufferBudget, Frames } from './frames.ts';
import type { Dispatch } from './routes.ts';

/** Further requests that may wait behind the one being served, before the socket is no longer read. */
const pipelinedBytes = 1024 * 1024;

/**
 * One client. Requests are served one after the other, as Apache Kafka does, so answers are in order and a
 * connection holds one answer at a time; whoever does not read its answers is not read from either.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #dispatch: Dispatch;
  readonly #settings: Settings;
  readonly #frames: Frames;
  #isBusy = false;
  #isEnding = false;

  constructor(socket: Socket, dispatch: Dispatch, context: { settings: Settings; budget: BufferBudget }) {
    this.#socket = socket;
    this.#dispatch = dispatch;
    this.#settings = context.settings;
    this.#frames = new Frames(context.settings.maxRequestBytes, context.budget);
    socket.setNoDelay(true);
    socket.setTimeout(context.settings.connectionIdleMillis, () => socket.destroy());
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('drain', () => this.#done());
    // A client that is gone is no fault; 'close' follows.
    socket.on('error', () => {});
    socket.on('close', () => this.#frames.clear());
  }

  #receive(chunk: Buffer): void {
    try {
      this.#frames.push(chunk);
      this.#serveAll();
    } catch (error) {
      this.#fail(error);
    }
    if (this.#isBusy && this.#frames.size > pipelinedBytes) this.#socket.pause();
  }

  #serveAll(): void {
    while (!this.#isBusy && !this.#socket.destroyed) {
      const frame = this.#frames.next();
      if (frame === undefined) return;
      this.#serve(frame);
    }
  }

  #serve(frame: Buffer): void {
    const answer = this.#dispatch(frame, this.#socket.remoteAddress ?? '');
    if (!(answer instanceof Promise)) {
      this.#send(answer);
      return;
    }
    this.#isBusy = true;
    answer.then(
      (later) => {
        this.#isBusy = false;
        this.#send(later);
        if (!this.#isBusy) this.#done();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #send(answer: Buffer[] | undefined): void {
    if (answer === undefined || this.#socket.destroyed) return;
    this.#socket.cork();
    for (const piece of answer) this.#socket.write(piece);
    this.#socket.uncork();
    if (this.#socket.writableNeedDrain) this.#isBusy = true;
  }

  /** Ready for the next request. */
  #done(): void {
    this.#isBusy = false;
    try {
      this.#serveAll();
    } catch (error) {
      this.#fail(error);
    }
    if (this.#isBusy) return;
    if (this.#isEnding) this.#socket.end();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  /** Closes this connection and nothing else. */
  #fail(error: unknown): void {
    this.#socket.destroy();
    if (error instanceof MalformedRequest || error instanceof KafkaError) {
      this.#settings.onFault({ code: 'malformed', message: `A connection was closed: ${error.message}.` });
      return;
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#settings.onFault({ code: 'bug', message: `A request could not be served: ${detail}` });
  }

  /** Closes when the request that is being served has its answer. */
  end(): void {
    this.#isEnding = true;
    if (!this.#isBusy) this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
