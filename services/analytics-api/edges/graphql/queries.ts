import type { GraphQLSchema } from 'graphql';
import mercurius from 'mercurius';
import { type Static, Type } from 'typebox';
import { errors as kitErrors } from '#kit/errors.ts';
import type { HttpServer } from '#kit/http/index.ts';
import type { Logger } from '#kit/telemetry/logger.ts';
import type { VisitorOf } from '../visitors.ts';
import { checkQuery, MAX_TOKENS, type QueryLimits } from './documents.ts';
import { presentAll } from './errors.ts';

/** Compiling a query pays off when it comes again. */
const JIT_AFTER_QUERIES = 5;
/** Parsed documents that are kept; each is bounded by MAX_TOKENS. */
const MAX_DOCUMENTS = 500;

const Asked = Type.Object({
  query: Type.String({ minLength: 1 }),
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
}

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

/** `POST /graphql`. Errors before the query is read are problem details: TOKEN_…, ROLE_MISSING, REQUEST_INVALID. */
export async function queryRoutes(server: HttpServer, options: QueryOptions): Promise<void> {
  const { visitorOf, logger } = options;
  await registerEngine(server, options);
  const answer = async (
    { query, variables, operationName }: Static<typeof Asked>,
    context: object,
  ): Promise<Answer> => {
    try {
      return await server.graphql(query, context, variables ?? {}, operationName ?? undefined);
    } catch (error) {
      return { errors: presentAll([error], logger) };
    }
  };
  server.post('/graphql', { schema: { body: Asked } }, async (request, reply) => {
    const context = { visitor: await visitorOf(request.headers.authorization) };
    const { data, errors } = await answer(request.body, context);
    const type = responseTypeOf(request.headers.accept);
    const shown = errors && errors.length > 0 ? { errors: presentAll(errors, logger) } : {};
    reply.code(data === undefined ? RESPONSE_TYPES[type].refusedStatus : 200);
    reply.header('cache-control', 'no-store');
    return reply
      .type(`${type}; charset=utf-8`)
      .send(JSON.stringify({ ...shown, ...(data === undefined ? {} : { data }) }));
  });
}

/** For a browser that opens the address. */
export const methodRefused = () =>
  kitErrors.METHOD_NOT_ALLOWED({ detail: 'GET /graphql is for WebSocket alone; queries are sent by POST.' });
