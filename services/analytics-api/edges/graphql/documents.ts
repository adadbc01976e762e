import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';
import { measure } from '../../domain/cost.ts';
import { errors } from '../../errors.ts';

export interface QueryLimits {
  readonly depth: number;
  readonly cost: number;
}

type Variables = Readonly<Record<string, unknown>>;

/** Words and signs of a document; validating takes more than linear time. The standard introspection has about 250. */
export const MAX_TOKENS = 2_000;

/** Errors: QUERY_TOO_DEEP, QUERY_TOO_COSTLY. */
function checkSize(document: DocumentNode, variables: Variables, limits: QueryLimits): void {
  const { depth, cost } = measure(document, variables);
  if (depth > limits.depth)
    throw errors.QUERY_TOO_DEEP({ detail: `The query nests ${depth} levels; at most ${limits.depth}.` });
  if (cost > limits.cost) throw errors.QUERY_TOO_COSTLY({ detail: `The query costs ${cost}; at most ${limits.cost}.` });
}

export interface Asked {
  readonly query: string;
  readonly variables?: Variables | null | undefined;
  readonly operationName?: string | null | undefined;
}

/** For a way in that answers once. Errors: QUERY_EXPECTED, and those of `checkSize`. */
export function checkQuery(document: DocumentNode, variables: Variables, limits: QueryLimits): void {
  const subscription = document.definitions.some(
    (node) => node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.SUBSCRIPTION,
  );
  if (subscription)
    throw errors.QUERY_EXPECTED({ detail: 'POST /graphql answers once; it cannot carry a subscription.' });
  checkSize(document, variables, limits);
}

/** A subscription that may be executed. Throws GraphQLErrors, SUBSCRIPTION_EXPECTED, or what `checkSize` throws. */
export function readSubscription(schema: GraphQLSchema, asked: Asked, limits: QueryLimits): DocumentNode {
  const document = parse(asked.query, { maxTokens: MAX_TOKENS });
  const problems = validate(schema, document);
  if (problems.length > 0) throw new AggregateError(problems);
  checkSize(document, asked.variables ?? {}, limits);
  if (getOperationAST(document, asked.operationName)?.operation === OperationTypeNode.SUBSCRIPTION) return document;
  throw errors.SUBSCRIPTION_EXPECTED({ detail: 'WebSocket is for subscriptions, one operation a message.' });
}
