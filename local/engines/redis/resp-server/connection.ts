import type { Socket } from 'node:net';
import type { Dispatcher } from './dispatcher.ts';
import { ProtocolError } from './errors.ts';
import { encode } from './protocol/encode.ts';
import { RequestParser } from './protocol/parser.ts';
import { Failure } from './protocol/reply.ts';
import { Session, type Transport } from './session.ts';

/** Unsent answers above which a client gets no more of them until it has read some. */
const pauseAboveBytes = 1024 * 1024;
/** A subscriber that reads too slowly for what is published is disconnected here (Redis: 32 MB for pubsub clients). */
const disconnectAboveBytes = 32 * 1024 * 1024;
/** Requests that wait behind a blocked one; above it, reading stops. */
const waitingInputBytes = 1024 * 1024;
const flushAboveBytes = 64 * 1024;

/** One client's socket: requests in, answers out, in order, both bounded. */
export class Connection implements Transport {
  readonly session: Session;
  readonly #socket: Socket;
  readonly #dispatcher: Dispatcher;
  readonly #parser = new RequestParser();
  #out = '';
  #flushPlanned = false;
  #ending = false;
  #processing = false;
  #waitingBytes = 0;

  constructor(id: number, socket: Socket, dispatcher: Dispatcher) {
    this.session = new Session(id, this);
    this.#socket = socket;
    this.#dispatcher = dispatcher;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('drain', () => this.resume());
    // 'close' follows, and there everything is cleaned up.
    socket.on('error', () => socket.destroy());
  }

  send(text: string): void {
    if (this.#socket.destroyed) return;
    this.#out += text;
    if (this.#unsentBytes() > disconnectAboveBytes && !this.#processing) {
      this.#out = '';
      this.#socket.destroy();
      return;
    }
    if (this.#out.length > flushAboveBytes) this.#flush();
    else this.#planFlush();
  }

  end(): void {
    this.#ending = true;
    // The answer to the request that ends the connection is still to come.
    process.nextTick(() => {
      this.#flush();
      this.#socket.end();
    });
  }

  resume(): void {
    // Not at once: whoever resumes us is in the middle of another client's command.
    process.nextTick(() => {
      this.#process();
      if (!this.#mustWait() && this.#socket.isPaused()) this.#socket.resume();
    });
  }

  #receive(chunk: Buffer): void {
    if (this.#ending) return;
    this.#parser.push(chunk);
    this.#waitingBytes += chunk.length;
    this.#process();
    const blockedTooLong = this.session.cancelWait !== undefined && this.#waitingBytes > waitingInputBytes;
    if (blockedTooLong || this.#unsentBytes() > pauseAboveBytes) this.#socket.pause();
  }

  #process(): void {
    if (this.#processing) return;
    this.#processing = true;
    try {
      while (!this.#mustWait()) {
        const request = this.#parser.next();
        if (!request) {
          this.#waitingBytes = 0;
          break;
        }
        this.send(encode(this.#dispatcher.handle(this.session, request), this.session.version));
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.send(encode(new Failure(`ERR Protocol error: ${error.message}`), this.session.version));
      this.end();
    } finally {
      this.#processing = false;
    }
  }

  #mustWait(): boolean {
    return this.#ending || this.session.cancelWait !== undefined || this.#unsentBytes() > pauseAboveBytes;
  }

  #unsentBytes(): number {
    return this.#out.length + this.#socket.writableLength;
  }

  #planFlush(): void {
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    process.nextTick(() => {
      this.#flushPlanned = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#out === '' || this.#socket.destroyed || this.#socket.writableEnded) return;
    const text = this.#out;
    this.#out = '';
    this.#socket.write(text, 'latin1');
  }
}
