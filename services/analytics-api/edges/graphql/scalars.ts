import { GraphQLError, type GraphQLScalarType, Kind } from 'graphql';
import { isDay } from '../../domain/days.ts';

function requireDay(value: unknown): string {
  if (typeof value === 'string' && isDay(value)) return value;
  throw new GraphQLError(`«${String(value)}» is not a day. Give one of the form YYYY-MM-DD, such as 2026-11-20.`);
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function requireMoment(value: unknown): string {
  if (typeof value === 'string' && MOMENT.test(value) && !Number.isNaN(Date.parse(value))) return value;
  throw new GraphQLError(`«${String(value)}» is not a moment. Give one of RFC 3339, such as 2026-11-20T12:00:00Z.`);
}

export type ScalarBehaviour = Pick<GraphQLScalarType<string, string>, 'serialize' | 'parseValue' | 'parseLiteral'>;

/** A text with a form. */
const text = (check: (value: unknown) => string): ScalarBehaviour => ({
  serialize: check,
  parseValue: check,
  parseLiteral: (node) => check(node.kind === Kind.STRING ? node.value : undefined),
});

export const scalars: Readonly<Record<string, ScalarBehaviour>> = {
  Date: text(requireDay),
  DateTime: text(requireMoment),
};
