import { GraphQLError } from 'graphql';
import { type AppError, isAppError } from '#kit/errors.ts';
import type { Logger } from '#kit/telemetry/logger.ts';
import { errors } from '../../errors.ts';

/** An error as a client may see it. */
class PresentableError extends GraphQLError {}

/** The path says where: a compiled query does not know its lines. */
const ours = ({ message, code }: AppError, path: GraphQLError['path']): GraphQLError =>
  new PresentableError(message, { path: path ?? null, extensions: { code } });

/** Our own errors keep their sentence and code; what we did not foresee is logged and not told. */
function presentable(error: unknown, logger: Logger): GraphQLError {
  if (error instanceof PresentableError) return error;
  const place = error instanceof GraphQLError ? error : undefined;
  const cause = place?.originalError ?? error;
  if (isAppError(cause)) return ours(cause, place?.path);
  // Without an original the engine itself complains: syntax, validation, arguments. That is for the asker.
  if (cause instanceof GraphQLError) {
    const { message, nodes = null, source = null, positions = null, path } = cause;
    const extensions = { code: 'QUERY_INVALID' satisfies keyof typeof errors };
    const at = path ?? place?.path ?? null;
    return new PresentableError(message, { nodes, source, positions, path: at, extensions });
  }
  logger.error({ error: cause, path: place?.path?.join('.') }, 'a resolver failed');
  return ours(errors.ANSWER_FAILED({ detail: 'The answer could not be made.' }), place?.path);
}

/** What the engine refuses before it executes arrives as one error that holds the GraphQL errors. */
function unwrapped(error: unknown): readonly unknown[] {
  const inner = typeof error === 'object' && error !== null && 'errors' in error ? error.errors : undefined;
  return Array.isArray(inner) && inner.length > 0 ? inner : [error];
}

/** Whatever was raised, as a client may see it: every error has a code of ours. */
export const presentAll = (raised: readonly unknown[], logger: Logger): readonly GraphQLError[] =>
  raised.flatMap(unwrapped).map((error) => presentable(error, logger));
