import type { GraphQLSchema } from 'graphql';
import mercurius from 'mercurius';
import { type Static, Type } from 'typebox';
import { isAppError, errors as kitErrors } from '#kit/errors.ts';
import type { HttpServer } from '#kit/http/index.ts';
import type { Logger } from '#kit/telemetry/logger.ts';
import type { Changes } from '../changes.ts';
import type { Visitor, VisitorOf } from '../visitors.ts';
import type { Context, GraphqlMetrics } from './context.ts';
import { checkQuery, MAX_TOKENS, type QueryLimits } from './documents.ts';
import { presentAll } from './errors.ts';
import type { KeptAnswers } from './kept-answers.ts';
import type { PersistedQueries } from './persisted.ts';
import { Reads } from './reads.ts';

/** Compiling a query pays off when it comes again. */
const JIT_AFTER_QUERIES = 5;
/** Parsed documents that are kept; each is bounded by MAX_TOKENS. */
const MAX_DOCUMENTS = 500;

const Asked = Type.Object({
  /** May be left out where `extensions.persistedQuery` names one that was sent before. */
  query: Type.Optional(Type.String({ minLength: 1 })),
  operationName: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  variables: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
  extensions: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
});

/** Source: GraphQL over HTTP, media types: the older one answers 200 whenever the request itself could be read. */
const RESPONSE_TYPES = {
  'application/graphql-response+json': { refusedStatus: 400 },
  'application/json': { refusedStatus: 200 },
} as const;

const responseTypeOf = (accept: string | undefined): keyof typeof RESPONSE_TYPES =>
  accept?.includes('application/graphql-response+json') ? 'application/graphql-response+json' : 'application/json';

export interface QueryOptions {
  readonly schema: GraphQLSchema;
  readonly visitorOf: VisitorOf;
  readonly limits: QueryLimits;
  readonly logger: Logger;
  readonly changes: Changes;
  readonly kept: KeptAnswers;
  readonly persisted: PersistedQueries;
  readonly metrics: GraphqlMetrics;
}

type QueryAsked = Pick<Static<typeof Asked>, 'query' | 'variables' | 'operationName'> & { readonly query: string };
type Answer = Awaited<ReturnType<HttpServer['graphql']>>;

/** The engine: parses, validates and compiles each document once. */
async function registerEngine(server: HttpServer, { schema, limits }: QueryOptions): Promise<void> {
  await server.register(mercurius, {
    schema,
    routes: false,
    jit: JIT_AFTER_QUERIES,
    cache: MAX_DOCUMENTS,
    graphql: { parseOptions: { maxTokens: MAX_TOKENS } },
    // Errors come out as they were raised: presentAll decides what of them is shown.
    errorFormatter: (execution) => ({ statusCode: 200, response: { ...execution, errors: execution.errors ?? [] } }),
  });
  server.graphql.addHook('preExecution', async (...[, document, , variables]) =>
    checkQuery(document, variables ?? {}, limits),
  );
}

interface Sent {
  readonly bytes: Buffer;
  /** There is no data: the query was refused. */
  readonly refused: boolean;
}

/** Answers queries: as they were sent before where that still holds, else by executing them. */
class QueryDesk {
  readonly #server: HttpServer;
  readonly #options: QueryOptions;

  constructor(server: HttpServer, options: QueryOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** Errors: REQUEST_INVALID, PERSISTED_QUERY_NOT_FOUND, PERSISTED_QUERY_MISMATCH. */
  async answer(asked: Static<typeof Asked>, visitor: Visitor): Promise<Sent> {
    const { kept, persisted, metrics, changes, logger } = this.#options;
    const query = await persisted.textOf(asked);
    if (query === undefined)
      throw kitErrors.REQUEST_INVALID({ detail: 'The body has neither a query nor the hash of one.' });
    const { variables = null, operationName = null } = asked;
    const key = kept.keyOf(visitor.claims.games, [query, variables, operationName]);
    const before = kept.find(key);
    metrics.analytics_answers_total.inc({ source: before === undefined ? 'made' : 'kept' });
    if (before !== undefined) return { bytes: before, refused: false };
    const reads = new Reads(changes);
    const { data, errors: raised } = await this.#execute({ query, variables, operationName }, { visitor, reads });
    const shown = raised && raised.length > 0 ? { errors: presentAll(raised, logger) } : {};
    const bytes = Buffer.from(JSON.stringify({ ...shown, ...(data === undefined ? {} : { data }) }));
    if (!('errors' in shown)) kept.keep(key, bytes, reads);
    return { bytes, refused: data === undefined };
  }

  async #execute({ query, variables, operationName }: Required<QueryAsked>, context: Context): Promise<Answer> {
    try {
      return await this.#server.graphql(query, { ...context }, { ...variables }, operationName ?? undefined);
    } catch (error) {
      return { errors: presentAll([error], this.#options.logger) };
    }
  }
}

/** A refusal that a GraphQL client must read as an answer of GraphQL: it sends the text of its query then. */
function persistedProblem(error: unknown, logger: Logger): Sent {
  const persisted = isAppError(error) && error.code.startsWith('PERSISTED_QUERY_');
  if (!persisted) throw error;
  return { bytes: Buffer.from(JSON.stringify({ errors: presentAll([error], logger) })), refused: true };
}

/** `POST /graphql`. Errors before the query is read are problem details: TOKEN_…, ROLE_MISSING, REQUEST_INVALID. */
export async function queryRoutes(server: HttpServer, options: QueryOptions): Promise<void> {
  await registerEngine(server, options);
  const desk = new QueryDesk(server, options);
  server.post('/graphql', { schema: { body: Asked } }, async (request, reply) => {
    const visitor = await options.visitorOf(request.headers.authorization);
    const type = responseTypeOf(request.headers.accept);
    const { bytes, refused } = await desk
      .answer(request.body, visitor)
      .catch((error: unknown) => persistedProblem(error, options.logger));
    reply.code(refused ? RESPONSE_TYPES[type].refusedStatus : 200);
    reply.header('cache-control', 'no-store');
    return reply.type(`${type}; charset=utf-8`).send(bytes);
  });
}

/** For a browser that opens the address. */
export const methodRefused = () =>
  kitErrors.METHOD_NOT_ALLOWED({ detail: 'GET /graphql is for WebSocket alone; queries are sent by POST.' });
