import type { Routes } from '#kit/http/index.ts';
import type { Logger } from '#kit/telemetry/logger.ts';
import type { Changes } from '../changes.ts';
import type { VisitorOf } from '../visitors.ts';
import type { QueryLimits } from './documents.ts';
import type { KeptAnswers } from './kept-answers.ts';
import type { PersistedQueries } from './persisted.ts';
import { queryRoutes } from './queries.ts';
import { createResolvers, type ResolverParts } from './resolvers.ts';
import { scalars } from './scalars.ts';
import { createSchema } from './schema.ts';
import { subscriptionRoutes } from './subscriptions.ts';

export interface GraphqlOptions extends ResolverParts {
  readonly changes: Changes;
  readonly kept: KeptAnswers;
  readonly persisted: PersistedQueries;
  readonly visitorOf: VisitorOf;
  readonly logger: Logger;
  readonly limits: QueryLimits;
}

/** `POST /graphql` for queries, and the same address as WebSocket for subscriptions. Every way in needs a token. */
export function graphqlRoutes(options: GraphqlOptions): Routes {
  const schema = createSchema({ scalars, resolvers: createResolvers(options) });
  return async (server) => {
    await queryRoutes(server, { ...options, schema });
    await subscriptionRoutes(server, { ...options, schema });
  };
}
