import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { checkHost, type Settings } from '../settings.ts';
import { Connection } from './connection.ts';
import { BufferBudget } from './frames.ts';
import type { Dispatch } from './routes.ts';

/** Connections that are busy when the broker stops get this long to finish. */
const drainMillis = 5000;

/** The loopback socket and its connections. */
export class Listener {
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  readonly #settings: Settings;

  constructor(settings: Settings, dispatch: Dispatch) {
    this.#settings = settings;
    const budget = new BufferBudget(settings.maxBufferedBytes);
    this.#server = createServer({ noDelay: true }, (socket) => {
      const connection = new Connection(socket, dispatch, { settings, budget });
      this.#connections.add(connection);
      socket.once('close', () => this.#connections.delete(connection));
    });
    this.#server.maxConnections = settings.maxConnections;
    this.#server.on('drop', () =>
      settings.onFault({
        code: 'limit',
        message: `More than ${settings.maxConnections} connections; one was refused.`,
      }),
    );
  }

  /** Listens and returns the port. */
  async open(): Promise<number> {
    checkHost(this.#settings.host);
    this.#server.listen(this.#settings.port, this.#settings.host);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : this.#settings.port;
  }

  /** Takes no more connections and lets those that are busy finish. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const connection of this.#connections) connection.end();
    const hurry = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, drainMillis);
    await closed;
    clearTimeout(hurry);
  }
}
