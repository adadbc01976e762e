import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, GraphQLError } from 'graphql';
import mercurius from 'mercurius';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { isAppError } from '#kit/errors.ts';
import type { Routes } from '#kit/http/index.ts';
import type { Logger } from '#kit/telemetry/logger.ts';
import { measure } from '../../domain/cost.ts';
import { errors } from '../../errors.ts';
import type { VisitorOf } from '../visitors.ts';
import { createResolvers, type ResolverParts } from './resolvers.ts';

export interface GraphqlOptions extends ResolverParts {
  readonly visitorOf: VisitorOf;
  readonly logger: Logger;
  readonly limits: { readonly depth: number; readonly cost: number };
}

/** Compiling a query pays off when it comes again. */
const JIT_AFTER_QUERIES = 5;
const KEEP_ALIVE_MILLIS = 20_000;
const ConnectionInit = Type.Object({ authorization: Type.String() });

/** Errors: QUERY_TOO_DEEP, QUERY_TOO_COSTLY. */
function checkSize(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  limits: GraphqlOptions['limits'],
): void {
  const { depth, cost } = measure(document, variables);
  if (depth > limits.depth)
    throw errors.QUERY_TOO_DEEP({ detail: `The query nests ${depth} levels; at most ${limits.depth}.` });
  if (cost > limits.cost) throw errors.QUERY_TOO_COSTLY({ detail: `The query costs ${cost}; at most ${limits.cost}.` });
}

/** Our own errors keep their sentence and code; what we did not foresee is logged and not told. */
function presentable(error: GraphQLError, logger: Logger): GraphQLError {
  const { originalError, nodes, path } = error;
  const known = isAppError(error) ? error : originalError;
  if (isAppError(known))
    return new GraphQLError(known.message, {
      nodes: nodes ?? null,
      path: path ?? null,
      extensions: { code: known.code },
    });
  // Without an original the engine itself complains: syntax, validation, arguments. That is for the asker.
  if (!originalError || originalError instanceof GraphQLError) return error;
  logger.error({ error: originalError, path: path?.join('.') }, 'a resolver failed');
  return new GraphQLError('Something is broken on our side; send it again.', {
    nodes: nodes ?? null,
    path: path ?? null,
    extensions: { code: 'INTERNAL' },
  });
}

/** What the engine refuses before it executes arrives as one error that holds the GraphQL errors. */
function unwrapped(
  error: Error & { readonly originalError?: unknown; readonly errors?: unknown },
): readonly GraphQLError[] {
  const inner = [error, error.originalError]
    .map((candidate) => (candidate as typeof error | undefined)?.errors)
    .find(Array.isArray);
  if (inner) return inner.filter((one) => one instanceof GraphQLError);
  return [error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error })];
}

/** `POST /graphql` and the same address for WebSocket (graphql-transport-ws). Every way in needs a token. */
export function graphqlRoutes({ visitorOf, logger, limits, ...parts }: GraphqlOptions): Routes {
  const schema = readFileSync(join(import.meta.dirname, 'schema.graphql'), 'utf8');
  return async (server) => {
    await server.register(mercurius, {
      schema,
      resolvers: createResolvers(parts),
      path: '/graphql',
      graphiql: false,
      jit: JIT_AFTER_QUERIES,
      allowBatchedQueries: false,
      context: async (request) => ({ visitor: await visitorOf(request.headers.authorization) }),
      subscription: {
        fullWsTransport: false,
        keepAlive: KEEP_ALIVE_MILLIS,
        onConnect: async ({ payload }) => {
          if (!Check(ConnectionInit, payload)) return false;
          return { visitor: await visitorOf(payload.authorization) };
        },
      },
      errorFormatter: (execution, context) => {
        const formatted = mercurius.defaultErrorFormatter(execution, context);
        const shown = (execution.errors ?? []).flatMap(unwrapped).map((error) => presentable(error, logger).toJSON());
        return { statusCode: formatted.statusCode, response: { data: execution.data ?? null, errors: shown } };
      },
    });
    server.graphql.addHook('preExecution', async (_schema, document, _context, variables) =>
      checkSize(document, variables ?? {}, limits),
    );
    server.graphql.addHook('preSubscriptionExecution', async (_schema, document) => checkSize(document, {}, limits));
  };
}
