import websocket, { type WebSocket } from '@fastify/websocket';
import type { GraphQLSchema } from 'graphql';
import { type Context as Connection, handleProtocols, makeServer } from 'graphql-ws';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { errorCode, isAppError } from '#kit/errors.ts';
import type { HttpServer } from '#kit/http/index.ts';
import type { Logger } from '#kit/telemetry/logger.ts';
import { errors } from '../../errors.ts';
import type { Changes } from '../changes.ts';
import type { Visitor, VisitorOf } from '../visitors.ts';
import { type QueryLimits, readSubscription } from './documents.ts';
import { presentAll } from './errors.ts';
import { methodRefused } from './queries.ts';
import { Reads } from './reads.ts';

const ConnectionInit = Type.Object({ authorization: Type.String() });

/** Bounds of one process and of one connection. */
const LIMITS = {
  connections: 2_000,
  subscriptionsOfConnection: 20,
  messageBytes: 64 * 1_024,
  initWaitMillis: 5_000,
  keepAliveMillis: 20_000,
  /** Timers hold no more; a token of longer life is looked at again then. */
  tokenMillis: 24 * 3_600_000,
} as const;

/** Source: the graphql-transport-ws protocol and RFC 6455. Clients connect again after these two. */
const CLOSED = { forbidden: 4403, later: 1013 } as const;
const BROKEN = { code: 1011, reason: 'Internal error' } as const;

interface Line {
  readonly socket: WebSocket;
  visitor?: Visitor;
  ends?: NodeJS.Timeout;
}

export interface SubscriptionOptions {
  readonly schema: GraphQLSchema;
  readonly visitorOf: VisitorOf;
  readonly limits: QueryLimits;
  readonly logger: Logger;
  readonly changes: Changes;
}

/** A connection lives as long as the token that opened it. */
function endWithToken(line: Line, { claims }: Visitor): void {
  const leftMillis = claims.exp * 1_000 - Date.now();
  line.ends = setTimeout(
    () => line.socket.close(CLOSED.forbidden, 'TOKEN_INVALID'),
    Math.min(Math.max(0, leftMillis), LIMITS.tokenMillis),
  ).unref();
}

/** `connection_init` brings the token; without a good one the connection ends, with our code as the reason. */
async function admit(line: Line, parameters: unknown, visitorOf: VisitorOf): Promise<boolean> {
  try {
    line.visitor = await visitorOf(Check(ConnectionInit, parameters) ? parameters.authorization : undefined);
    endWithToken(line, line.visitor);
    return true;
  } catch (error) {
    if (!isAppError(error)) throw error;
    line.socket.close(error.httpStatus === 503 ? CLOSED.later : CLOSED.forbidden, error.code);
    return false;
  }
}

function protocolOf({ schema, visitorOf, limits, logger, changes }: SubscriptionOptions) {
  return makeServer<Record<string, unknown>, Line>({
    connectionInitWaitTimeout: LIMITS.initWaitMillis,
    onConnect: ({ extra, connectionParams }) => admit(extra, connectionParams, visitorOf),
    onSubscribe: ({ extra, subscriptions }: Connection<Record<string, unknown>, Line>, _id, payload) => {
      try {
        if (Object.keys(subscriptions).length > LIMITS.subscriptionsOfConnection)
          throw errors.SUBSCRIPTIONS_EXHAUSTED({
            detail: `A connection may have ${LIMITS.subscriptionsOfConnection} subscriptions at a time.`,
          });
        const { query, variables, operationName } = payload;
        const document = readSubscription(schema, { query, variables, operationName }, limits);
        const contextValue = { visitor: extra.visitor, reads: new Reads(changes) };
        return { schema, document, contextValue, variableValues: variables, operationName };
      } catch (error) {
        return presentAll([error], logger);
      }
    },
    onError: (...[, , , raised]) => presentAll(raised, logger).map((error) => error.toJSON()),
    onNext: (...[, , , , { data = null, errors: raised }]) =>
      raised ? { data, errors: presentAll(raised, logger).map((error) => error.toJSON()) } : undefined,
  });
}

/** Finds connections whose other end is gone without a word. */
function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, LIMITS.keepAliveMillis).unref();
  return () => clearInterval(timer);
}

const send = (socket: WebSocket, data: string): Promise<void> =>
  new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    socket.send(data, (error) => (error ? reject(error) : resolve()));
  });

/** Speaks graphql-transport-ws on one socket until it closes. */
function speak(protocol: ReturnType<typeof protocolOf>, socket: WebSocket, logger: Logger): void {
  const line: Line = { socket };
  const fail = (error: unknown): void => {
    // A peer that went away while a message was on its way to it is no failure of ours.
    if (socket.readyState === socket.OPEN) logger.error({ error, code: errorCode(error) }, 'a subscription failed');
    socket.close(BROKEN.code, BROKEN.reason);
  };
  const stopKeepingAlive = keepAlive(socket);
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (data) => send(socket, data),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) => socket.on('message', (data) => void handle(String(data)).catch(fail)),
    },
    line,
  );
  socket.on('error', fail);
  socket.once('close', (code, reason) => {
    stopKeepingAlive();
    clearTimeout(line.ends);
    closed(code, String(reason)).catch(fail);
  });
}

/** `GET /graphql` as WebSocket: subscriptions over graphql-transport-ws. */
export async function subscriptionRoutes(server: HttpServer, options: SubscriptionOptions): Promise<void> {
  const protocol = protocolOf(options);
  await server.register(websocket, { options: { maxPayload: LIMITS.messageBytes, handleProtocols } });
  server.route({
    method: 'GET',
    url: '/graphql',
    schema: { hide: true },
    handler: async (_request, reply) => {
      reply.header('allow', 'POST');
      throw methodRefused();
    },
    wsHandler: (socket) => {
      if (server.websocketServer.clients.size > LIMITS.connections) socket.close(CLOSED.later, 'Too many connections');
      else speak(protocol, socket, options.logger);
    },
  });
}
