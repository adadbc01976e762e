import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

interface Received {
  readonly event_id: string;
  readonly event_type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What the stand-in does with one request. `lost_answer`: it takes the events, and the answer never arrives. */
export type Behaviour =
  | 'take'
  | 'lost_answer'
  | 'refuse_connection'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> };

/** The ingestion service as a client sees it, in every mood that a network has. */
export class PlatformStandIn {
  /** What it took, one entry a delivery: a repeated event is there twice. */
  readonly taken: Received[] = [];
  readonly requests: { readonly size: number; readonly key: string | undefined; readonly atMillis: number }[] = [];
  /** For the next requests, in order; then it takes everything. */
  moods: Behaviour[] = [];
  /** Ids that it refuses, one by one. */
  readonly refused = new Set<string>();
  maxBytes = Number.POSITIVE_INFINITY;
  readonly #server: Server;
  url = '';

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    this.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    return this;
  }

  get ids(): ReadonlySet<string> {
    return new Set(this.taken.map(({ event_id }) => event_id));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const events: Received[] = JSON.parse(text);
    const key = request.headers['x-api-key'];
    this.requests.push({ size: events.length, key: String(key), atMillis: performance.now() });
    const mood = this.moods.shift() ?? 'take';
    if (mood === 'refuse_connection') return void request.socket.destroy();
    if (typeof mood === 'object') return void response.writeHead(mood.status, mood.headers).end('{}');
    if (text.length > this.maxBytes) return void response.writeHead(413).end();
    this.taken.push(...events.filter(({ event_id }) => !this.refused.has(event_id)));
    if (mood === 'lost_answer') return void request.socket.destroy();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(this.#results(events)));
  }

  #results(events: readonly Received[]) {
    const reason = { path: '/properties/level', rule: 'must be a number', fix: 'Send a number.' };
    return {
      results: events.map(({ event_id }) =>
        this.refused.has(event_id) ? { event_id, status: 'rejected', reason } : { event_id, status: 'accepted' },
      ),
    };
  }
}
