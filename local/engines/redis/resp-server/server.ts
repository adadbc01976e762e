import { createServer, type Server, type Socket } from 'node:net';
import { Connection } from './connection.ts';
import type { DatabaseOptions } from './database.ts';
import { Dispatcher } from './dispatcher.ts';
import { ServerState } from './state.ts';

export interface RespServerOptions extends DatabaseOptions {
  /** 0 takes a free one. */
  readonly port: number;
}

const host = '127.0.0.1';
const maximumClients = 1_000;
const expiryIntervalMillis = 100;
/** Portions of expired keys that one turn may end before everybody else has theirs. */
const expiryRounds = 10;

/** A Redis-compatible server for development: loopback, one database, in memory. */
export class RespServer {
  readonly state: ServerState;
  readonly #dispatcher: Dispatcher;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #expiry: NodeJS.Timeout;
  readonly #port: number;

  constructor({ port, ...options }: RespServerOptions) {
    this.#port = port;
    this.state = new ServerState(options);
    this.#dispatcher = new Dispatcher(this.state);
    this.#server = createServer((socket) => this.#accept(socket));
    this.#expiry = setInterval(() => this.#expire(), expiryIntervalMillis).unref();
  }

  /** Resolves with the port that it listens on; rejects with the system's error, EADDRINUSE for example. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port: this.#port }, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address ? address.port : this.#port);
      });
    });
  }

  /** Ends every connection; what was answered has gone out. */
  close(): Promise<void> {
    clearInterval(this.#expiry);
    for (const session of this.state.sessions) session.transport.end();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // A client that does not read its last answers is not waited for.
    setTimeout(() => this.#destroyAll(), 1_000).unref();
    return closed;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#sockets.size > maximumClients) {
      socket.on('error', () => socket.destroy());
      socket.end('-ERR max number of clients reached\r\n');
      return;
    }
    this.state.connectionsReceived += 1;
    const { session } = new Connection(this.state.connectionsReceived, socket, this.#dispatcher);
    this.state.sessions.add(session);
    socket.once('close', () => this.state.leave(session));
  }

  #expire(): void {
    for (let round = 0; round < expiryRounds && this.state.database.expireSome(); round += 1);
  }

  #destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
