import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type GraphQLSchema, graphql } from 'graphql';
import { makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { catalog } from '#catalog/index.ts';
import { adminDashboard } from '#catalog/services/admin-dashboard.ts';
import { LocalConfiguration } from '#local/configuration.ts';
import { freePort } from '#local/ports/index.ts';
import { LocalSecrets } from '#local/secrets.ts';
import { TokenMint } from '#local/tokens.ts';
import { scalars } from '#services/analytics-api/edges/graphql/scalars.ts';
import { createSchema, type Resolvers } from '#services/analytics-api/edges/graphql/schema.ts';
import { ServiceProcess } from './service-process.ts';

const ENTRY = resolve(import.meta.dirname, '../../services/admin-dashboard/index.ts');

/** What a path answers; undefined is an echo of the request. */
export type RestOf = (request: { readonly url: string; readonly method: string; readonly body: string }) => unknown;

/** Stands for the APIs behind the dashboard: analytics-api by its contract, the dead letters by what a test says. */
export class StandIn {
  readonly #schema: GraphQLSchema;
  readonly #sockets = new Set<WebSocket>();
  readonly #rest: RestOf;
  #server: Server;
  port = 0;
  /** What the requests brought along. */
  readonly seen: { readonly url: string; readonly method: string; readonly authorization: string | undefined }[] = [];

  constructor(resolvers: Resolvers, rest: RestOf = () => undefined) {
    this.#rest = rest;
    this.#schema = createSchema({ scalars, resolvers });
    this.#server = this.#create();
  }

  /** Does nothing when it is there. */
  async start(): Promise<void> {
    if (this.#server.listening) return;
    this.#server = this.#create();
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** Goes away as a killed process does. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#server.closeAllConnections();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #create(): Server {
    const server = createServer((request, response) => void this.#answer(request, response));
    const protocol = makeServer({ schema: this.#schema });
    const sockets = new WebSocketServer({ server, path: '/graphql' });
    sockets.on('connection', (socket) => {
      this.#sockets.add(socket);
      const closed = protocol.opened(
        {
          protocol: socket.protocol,
          send: (data) => socket.send(data),
          close: (code, reason) => socket.close(code, reason),
          onMessage: (handle) => socket.on('message', (data) => void handle(String(data))),
        },
        undefined,
      );
      socket.on('close', (code, reason) => {
        this.#sockets.delete(socket);
        void closed(code, String(reason));
      });
    });
    return server;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '', method = '', headers } = request;
    this.seen.push({ url, method, authorization: headers.authorization });
    const body = await text(request);
    response.setHeader('content-type', 'application/json');
    if (url !== '/graphql') {
      const answer = this.#rest({ url, method, body }) ?? { url, method, body };
      return void response.end(JSON.stringify(answer));
    }
    const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> };
    const answer = await graphql({ schema: this.#schema, source: query, variableValues: variables });
    response.end(JSON.stringify(answer));
  }
}

export interface DashboardOptions {
  readonly upstreamPort: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** The program to start; the sources when left out. */
  readonly entry?: string;
  /** Of the local visitor. */
  readonly roles?: readonly string[];
  /** Without the token of the local platform people must sign in. */
  readonly signIn?: boolean;
}

const LIFETIME_SECONDS = 3_600;

/** admin-dashboard as a real process, as the local platform starts it. */
export class TestDashboard {
  readonly url: string;
  readonly process: ServiceProcess;
  readonly #folder: string;
  readonly #managementUrl: string;
  readonly mint: TokenMint;
  /** Of the local visitor. */
  readonly token: string;

  private constructor(
    folder: string,
    env: Readonly<Record<string, string>>,
    local: { mint: TokenMint; token: string; entry: string },
  ) {
    this.#folder = folder;
    this.mint = local.mint;
    this.token = local.token;
    this.url = `http://localhost:${env.PORT}`;
    this.#managementUrl = `http://127.0.0.1:${env.MANAGEMENT_PORT}`;
    this.process = new ServiceProcess(local.entry, env);
  }

  static async start(options: DashboardOptions): Promise<TestDashboard> {
    const { upstreamPort, settings = {}, roles = ['admin'], signIn = false, entry = ENTRY } = options;
    const folder = await mkdtemp(join(tmpdir(), 'gm-test-dashboard-'));
    const secrets = new LocalSecrets(folder);
    const tokenFile = secrets.file('dashboard-token', () => 'written below');
    const mint = await TokenMint.open(folder);
    const token = await mint.mint({ subject: 'tester', roles, games: ['*'], lifetimeSeconds: LIFETIME_SECONDS });
    await writeFile(tokenFile, token);
    const movedPorts = new Map([
      ['admin-dashboard.http', await freePort()],
      ['admin-dashboard.management', await freePort()],
      ...['analytics-api', 'event-processor-service', 'user-service'].map(
        (name) => [`${name}.http`, upstreamPort] as const,
      ),
    ]);
    const engines = { kafkaPort: 1, postgresPort: 1, redisPort: 1 };
    const endpoints = { ...engines, dataFolder: folder, jwksFile: mint.jwksFile, logLevel: 'info', movedPorts };
    const env = new LocalConfiguration(catalog, endpoints, secrets).of(adminDashboard);
    const session = signIn ? {} : { DEVELOPMENT_TOKEN_FILE: tokenFile };
    const dashboard = new TestDashboard(folder, { ...env, ...session, ...settings }, { mint, token, entry });
    await dashboard.process.saw('ready');
    return dashboard;
  }

  /** Where the reports of the local platform are. */
  get reportsFolder(): string {
    return join(this.#folder, 'objects', 'artifacts', 'reports');
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.#managementUrl}/metrics`)).text();
  }

  async stop(): Promise<number | null> {
    const running = this.process.child.exitCode === null;
    const code = running ? await this.process.end('SIGTERM') : this.process.child.exitCode;
    await rm(this.#folder, { recursive: true, force: true });
    return code;
  }
}
