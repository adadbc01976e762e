import { encode, encodePush, type ProtocolVersion } from './protocol/encode.ts';
import type { Reply } from './protocol/reply.ts';

/** How a session reaches its client. */
export interface Transport {
  send(text: string): void;
  /** Ends the connection after what was sent has gone out. */
  end(): void;
  /** Goes on with the requests that came while the session was blocked. */
  resume(): void;
}

/** What MULTI has collected. */
export interface Transaction {
  readonly requests: (readonly string[])[];
  /** A queued command was refused, so EXEC will be, too. */
  broken: boolean;
}

/** A client as the commands see it. */
export class Session {
  readonly id: number;
  readonly transport: Transport;
  name = '';
  version: ProtocolVersion = 2;
  transaction: Transaction | undefined;
  /** Keys under WATCH. */
  readonly watched = new Set<string>();
  /** A watched key has changed. */
  watchedChanged = false;
  readonly channels = new Set<string>();
  readonly patterns = new Set<string>();
  /** Takes a waiting command back, when it is answered or its client leaves; undefined when none waits. */
  cancelWait: (() => void) | undefined;

  constructor(id: number, transport: Transport) {
    this.id = id;
    this.transport = transport;
  }

  get subscriptions(): number {
    return this.channels.size + this.patterns.size;
  }

  reply(reply: Reply): void {
    this.transport.send(encode(reply, this.version));
  }

  push(items: readonly Reply[]): void {
    this.transport.send(encodePush(items, this.version));
  }
}
