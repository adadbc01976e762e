import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import cors from '@fastify/cors';
import type { FastifyHelmetOptions } from '@fastify/helmet';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifySchema,
  LogController,
  type RawServerDefault,
} from 'fastify';
import { type Static, type TObject, Type } from 'typebox';
import { Duration, List, Port } from '../environment.ts';
import { errors } from '../errors.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { listenOrExplain } from './management.ts';
import { rememberMethods } from './methods.ts';
import { observeRequests } from './observe.ts';
import { ProblemDetails, problemContentType, sendProblem, toAppError } from './problems.ts';
import { secureHeaders } from './security-headers.ts';
import { compileValidator } from './validation.ts';

const origin = Type.String({
  pattern: '^(https?://[^/\\s]+|\\*)$',
  description: 'an origin such as https://example.org',
});

/** The variables of a process that speaks HTTP. */
export const httpEnvironment = {
  PORT: Port(),
  /** Origins that browsers may call from; empty means the same origin only. */
  CORS_ORIGINS: List(origin, { default: [] }),
  /** The longest that a request may take to arrive in full. */
  REQUEST_TIMEOUT: Duration({ default: '30s', minimumMillis: 100 }),
};
export type HttpEnvironment = Static<TObject<typeof httpEnvironment>>;

export type HttpServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** A group of routes with typed schemas. */
export type Routes = (server: HttpServer) => void | Promise<void>;

export interface HttpOptions {
  readonly port: number;
  readonly host: string;
  readonly corsOrigins: readonly string[];
  readonly requestTimeoutMillis: number;
  /** Bytes of one body as it arrives; 1 MiB unless told otherwise. */
  readonly bodyLimitBytes?: number;
  readonly openapi: { readonly title: string; readonly description?: string };
  readonly routes: readonly Routes[];
  /** Replaces the strict defaults, for a service that serves pages. */
  readonly helmet?: FastifyHelmetOptions;
}

export interface ListeningServer {
  readonly server: HttpServer;
  readonly port: number;
  stop(): Promise<void>;
}

/** The options that come from the environment. */
export function httpOptions(config: HttpEnvironment & { readonly LISTEN_HOST: string }) {
  return {
    port: config.PORT,
    host: config.LISTEN_HOST,
    corsOrigins: config.CORS_ORIGINS,
    requestTimeoutMillis: config.REQUEST_TIMEOUT,
  };
}

const defaultBodyLimitBytes = 1_048_576;
/** Headers must arrive within this time, whatever a body may take: a slow-loris client holds a socket no longer. */
const headersTimeoutMillis = 10_000;
const slowCheckMillis = 1000;
const idleSocketMillis = 60_000;
const drainMillis = 15_000;
/** Above the 60 s of an ALB, so that the load balancer closes first and no request is lost. */
const keepAliveMillis = 72_000;

function createBare(telemetry: Telemetry, options: HttpOptions): HttpServer {
  const headersTimeout = Math.min(headersTimeoutMillis, options.requestTimeoutMillis);
  return Fastify({
    bodyLimit: options.bodyLimitBytes ?? defaultBodyLimitBytes,
    requestTimeout: options.requestTimeoutMillis,
    // Node looks for slow connections every 30 s unless told otherwise, whatever their timeouts are.
    http: { connectionsCheckingInterval: slowCheckMillis, headersTimeout },
    connectionTimeout: Math.max(idleSocketMillis, keepAliveMillis),
    keepAliveTimeout: keepAliveMillis,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    // Requests are metrics and spans; a line each would cost more than the request.
    logController: new LogController({ disableRequestLogging: true }),
    loggerInstance: telemetry.logger.child({}, { level: 'warn' }) as FastifyBaseLogger,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
  }).withTypeProvider<TypeBoxTypeProvider>();
}

function answerErrors(server: HttpServer, telemetry: Telemetry): void {
  const methodsAt = rememberMethods(server);
  server.setErrorHandler((error, request, reply) => {
    const known = toAppError(error, request);
    const { code, httpStatus, detail } = known;
    const route = request.routeOptions.url;
    if (httpStatus === 500) telemetry.logger.error({ error: known.cause ?? known, code, route }, detail);
    return sendProblem(reply, known);
  });
  server.setNotFoundHandler((request, reply) => {
    const allowed = methodsAt(request.url);
    const path = request.url.split('?')[0];
    if (allowed.length === 0) return sendProblem(reply, errors.NOT_FOUND({ detail: `There is nothing at ${path}.` }));
    reply.header('allow', allowed.join(', '));
    return sendProblem(reply, errors.METHOD_NOT_ALLOWED({ detail: `${request.method} is not allowed at ${path}.` }));
  });
}

/** Answers in flight while the server closes end their connection too, which would otherwise stay open until it is idle for long. */
function endConnectionsOnClose(server: HttpServer): void {
  let closing = false;
  server.addHook('preClose', async () => {
    closing = true;
  });
  server.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
}

/** In the document only: a default schema on the route itself would be applied to good answers too. */
function withProblems(schema: FastifySchema): FastifySchema {
  const good = schema?.response ?? { 200: { description: 'Success', type: 'object', additionalProperties: true } };
  const problem = {
    description: 'A problem',
    content: { [problemContentType]: { schema: { $ref: 'ProblemDetails#' } } },
  };
  return { ...schema, response: { ...good, default: problem } };
}

async function describe(server: HttpServer, telemetry: Telemetry, options: HttpOptions): Promise<void> {
  const { title, description = title } = options.openapi;
  server.addSchema(ProblemDetails);
  await server.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title, description, version: telemetry.version } },
    // Whatever an operation answers, a refusal is a problem detail.
    transform: ({ schema, url }) => ({ url, schema: withProblems(schema) }),
    refResolver: { buildLocalReference: (schema, ...[, , index]) => String(schema.$id ?? `schema${index}`) },
  });
  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger());
}

/**
 * A Fastify server with the house's validation, problem details, security headers, CORS, metrics, traces and
 * OpenAPI, and the given routes. Not listening yet; tests use `inject`.
 */
export async function createHttpServer(telemetry: Telemetry, options: HttpOptions): Promise<HttpServer> {
  const server = createBare(telemetry, options);
  server.setValidatorCompiler(compileValidator);
  observeRequests(server, telemetry);
  endConnectionsOnClose(server);
  answerErrors(server, telemetry);
  await secureHeaders(server, options.helmet ?? {});
  // A page may read only what is named: without Retry-After it could not wait as it is asked to.
  const exposedHeaders = ['retry-after'];
  await server.register(cors, { origin: [...options.corsOrigins], exposedHeaders, maxAge: 600 });
  await describe(server, telemetry, options);
  for (const routes of options.routes) await server.register(async (scope) => routes(scope.withTypeProvider()));
  return server;
}

/** Answers what is in flight; clients that do not finish in time are cut off. */
async function closeWithin(server: HttpServer, millis: number): Promise<void> {
  const timer = setTimeout(() => server.server.closeAllConnections(), millis);
  await server.close();
  clearTimeout(timer);
}

/** `createHttpServer`, listening; stops gracefully. Errors: PORT_TAKEN. */
export async function serveHttp(telemetry: Telemetry, options: HttpOptions): Promise<ListeningServer> {
  const server = await createHttpServer(telemetry, options);
  await listenOrExplain(options.port, () => server.listen({ port: options.port, host: options.host }));
  // A listening TCP server has an AddressInfo.
  const { port } = server.server.address() as AddressInfo;
  return { server, port, stop: () => closeWithin(server, drainMillis) };
}
