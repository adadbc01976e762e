import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { isDay } from '../../domain/days.ts';

function requireDay(value: unknown): string {
  if (typeof value === 'string' && isDay(value)) return value;
  throw new GraphQLError(`«${String(value)}» is not a day. Give one of the form YYYY-MM-DD, such as 2026-11-20.`);
}

function requireMoment(value: unknown): string {
  if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) return value;
  throw new GraphQLError(`«${String(value)}» is not a moment. Give one of RFC 3339, such as 2026-11-20T12:00:00Z.`);
}

/** Both scalars are texts with a form. */
function textScalar(name: string, check: (value: unknown) => string): GraphQLScalarType<string, string> {
  return new GraphQLScalarType({
    name,
    serialize: check,
    parseValue: check,
    parseLiteral: (node) => check(node.kind === Kind.STRING ? node.value : undefined),
  });
}

export const dateScalar = textScalar('Date', requireDay);
export const dateTimeScalar = textScalar('DateTime', requireMoment);
