import { once } from 'node:events';
import { WebSocket } from 'ws';

interface Message {
  readonly liveRate?: { readonly eventsPerSecond: number };
  readonly today?: { readonly activePlayers?: number };
  readonly leaderboard?: { readonly edges: readonly { readonly node: { readonly playerId: string } }[] };
  readonly deadLetters?: readonly { readonly reason: string; readonly eventType: string | null }[];
}

interface Heard {
  readonly data: Message[];
  readonly errors: { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  /** Ends the subscription. */
  complete(): void;
}

interface Closed {
  readonly code: number;
  readonly reason: string;
}

interface Frame {
  readonly id?: string;
  readonly type: string;
  readonly payload?: unknown;
}

/** A client of graphql-transport-ws by hand, so that a test sees every message and every close. */
export class Listener {
  readonly closed: Promise<Closed>;
  readonly #socket: WebSocket;
  readonly #heard = new Map<string, Heard>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = once(socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
    socket.on('message', (text) => this.#hear(JSON.parse(String(text))));
  }

  /** Resolves when the server has taken the parameters; rejects with the close otherwise. */
  static async open(url: string, parameters: object): Promise<Listener> {
    const socket = new WebSocket(url, 'graphql-transport-ws');
    await once(socket, 'open');
    const listener = new Listener(socket);
    socket.send(JSON.stringify({ type: 'connection_init', payload: parameters }));
    const acknowledged = once(socket, 'message');
    const refused = listener.closed.then((closed) => Promise.reject(closed));
    await Promise.race([acknowledged, refused]);
    refused.catch(() => undefined);
    return listener;
  }

  subscribe(query: string): Heard {
    const id = String(this.#heard.size + 1);
    const complete = () => this.#socket.send(JSON.stringify({ id, type: 'complete' }));
    const heard: Heard = { data: [], errors: [], complete };
    this.#heard.set(id, heard);
    this.#socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));
    return heard;
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }

  #hear({ id = '', type, payload }: Frame): void {
    const heard = this.#heard.get(id);
    // The server keeps to the protocol, which says what a message of each type carries.
    if (type === 'next') {
      const { data, errors = [] } = payload as { data?: Message | null; errors?: Heard['errors'] };
      if (data) heard?.data.push(data);
      heard?.errors.push(...errors);
    }
    if (type === 'error') heard?.errors.push(...(payload as Heard['errors']));
  }
}
