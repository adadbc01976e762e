import type { Routes } from '#kit/http/index.ts';
import type { Logger } from '#kit/telemetry/logger.ts';
import type { VisitorOf } from '../visitors.ts';
import type { QueryLimits } from './documents.ts';
import { queryRoutes } from './queries.ts';
import { createResolvers, type ResolverParts } from './resolvers.ts';
import { scalars } from './scalars.ts';
import { createSchema } from './schema.ts';
import { subscriptionRoutes } from './subscriptions.ts';

export interface GraphqlOptions extends ResolverParts {
  readonly visitorOf: VisitorOf;
  readonly logger: Logger;
  readonly limits: QueryLimits;
}

/** `POST /graphql` for queries, and the same address as WebSocket for subscriptions. Every way in needs a token. */
export function graphqlRoutes({ visitorOf, logger, limits, ...parts }: GraphqlOptions): Routes {
  const schema = createSchema({ scalars, resolvers: createResolvers(parts) });
  const options = { schema, visitorOf, logger, limits };
  return async (server) => {
    await queryRoutes(server, options);
    await subscriptionRoutes(server, options);
  };
}
