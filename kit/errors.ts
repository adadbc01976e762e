import { isNativeError } from 'node:util/types';
import { ExplainedError } from '#catalog/model/explained-error.ts';

/**
 * Errors that cross an edge: a code, a sentence with the value, the rule and the fix.
 * A table row is one decision that a caller can take; throwing is `throw errors.BROKER_UNAVAILABLE({ detail })`.
 */

/** One thing that is wrong, precise enough to be repaired without reading our code. */
export interface Problem {
  /** Where: a JSON pointer, a variable name, a file and line. */
  readonly path: string;
  /** What was found; left out when it is secret or personal. */
  readonly value?: unknown;
  /** Completes "it …": "must be an integer". */
  readonly rule: string;
  readonly fix: string;
}

/** `PORT is "abc" but must be integer`, or without a value `PORT must be set`. */
export function describeProblem({ path, value, rule }: Problem): string {
  return value === undefined ? `${path} ${rule}` : `${path} is ${JSON.stringify(value)} but ${rule}`;
}

export interface ErrorRow {
  readonly httpStatus: number;
  readonly title: string;
  /** What a caller should do when nothing more specific is known. */
  readonly fix: string;
  /** Stated when the same request can succeed later; seconds until it is worth a try. */
  readonly retryAfterSeconds?: number;
}

export interface ErrorOccurrence {
  /** A sentence with the value and the rule. */
  readonly detail: string;
  /** Overrides the fix of the table row. */
  readonly fix?: string;
  readonly problems?: readonly Problem[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

export class AppError extends ExplainedError {
  override readonly name = 'AppError';
  readonly title: string;
  readonly httpStatus: number;
  readonly detail: string;
  readonly fix: string;
  readonly problems: readonly Problem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, row: ErrorRow, occurrence: ErrorOccurrence) {
    const fix = occurrence.fix ?? row.fix;
    super(code, `${occurrence.detail} ${fix}`, { cause: occurrence.cause });
    this.title = row.title;
    this.httpStatus = row.httpStatus;
    this.detail = occurrence.detail;
    this.fix = fix;
    this.problems = occurrence.problems ?? [];
    this.retryAfterSeconds = occurrence.retryAfterSeconds ?? row.retryAfterSeconds;
  }
}

export type ErrorTable = Readonly<Record<string, ErrorRow>>;
export type ErrorFactories<Table extends ErrorTable> = {
  readonly [Code in keyof Table]: (occurrence: ErrorOccurrence) => AppError;
};

/** Turns a table of codes into one named constructor a code. */
export function defineErrors<const Table extends ErrorTable>(table: Table): ErrorFactories<Table> {
  const factories = Object.entries(table).map(([code, row]) => [
    code,
    (occurrence: ErrorOccurrence) => new AppError(code, row, occurrence),
  ]);
  // The entries come from the table itself, so every key of it has its factory.
  return Object.fromEntries(factories) as ErrorFactories<Table>;
}

/** True for this code only, so that a caller can decide without comparing messages. */
export function isAppError(error: unknown, code?: string): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}

/** An Error of any realm: the ones that Node itself makes are not always `instanceof` ours. */
export const isError = (value: unknown): value is Error => isNativeError(value) || value instanceof Error;

/** The `code` that Node, PostgreSQL and Kafka put on their errors. */
export function errorCode(error: unknown): string | undefined {
  const code = isError(error) && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** One short sentence of any thrown value, for logs and health details. */
export function messageOf(error: unknown): string {
  if (!isError(error)) return String(error);
  const nested = 'errors' in error && Array.isArray(error.errors) ? error.errors.map(messageOf) : [];
  const [first] = nested;
  return error.message || first || error.name;
}

export const errorTable = {
  CONFIGURATION_INVALID: {
    httpStatus: 500,
    title: 'The configuration is not valid',
    fix: 'Correct the named variables and start again.',
  },
  SECRET_UNAVAILABLE: {
    httpStatus: 503,
    title: 'A secret cannot be read',
    fix: 'Check that the secret exists and that this workload may read it.',
    retryAfterSeconds: 5,
  },
  PORT_TAKEN: {
    httpStatus: 500,
    title: 'A port is taken',
    fix: 'Stop the other program or choose another port.',
  },
  REQUEST_INVALID: {
    httpStatus: 400,
    title: 'The request does not match the API',
    fix: 'Compare the request with /openapi.json.',
  },
  BODY_UNREADABLE: { httpStatus: 400, title: 'The body cannot be read', fix: 'Send well-formed JSON.' },
  TOKEN_MISSING: {
    httpStatus: 401,
    title: 'A credential is missing',
    fix: 'Send "Authorization: Bearer <token>".',
  },
  TOKEN_INVALID: {
    httpStatus: 401,
    title: 'The token is not valid',
    fix: 'Sign in again and send the new token.',
  },
  API_KEY_INVALID: {
    httpStatus: 401,
    title: 'The API key is not valid',
    fix: 'Send a key of this platform that is not revoked.',
  },
  AUTH_UNAVAILABLE: {
    httpStatus: 503,
    title: 'Tokens cannot be verified now',
    fix: 'Send it again after the stated time.',
    retryAfterSeconds: 5,
  },
  ROLE_MISSING: { httpStatus: 403, title: 'A role is missing', fix: 'Ask an administrator for the role.' },
  GAME_FORBIDDEN: {
    httpStatus: 403,
    title: 'This credential is for other games',
    fix: 'Use a credential of the game.',
  },
  NOT_FOUND: { httpStatus: 404, title: 'Not found', fix: 'See /openapi.json for what exists.' },
  METHOD_NOT_ALLOWED: {
    httpStatus: 405,
    title: 'The method is not allowed here',
    fix: 'Use a method that the Allow header names.',
  },
  REQUEST_TIMEOUT: { httpStatus: 408, title: 'The request took too long to arrive', fix: 'Send it again.' },
  BODY_TOO_LARGE: { httpStatus: 413, title: 'The body is too large', fix: 'Send it in smaller parts.' },
  MEDIA_TYPE_UNSUPPORTED: {
    httpStatus: 415,
    title: 'The media type is not supported',
    fix: 'Send "Content-Type: application/json".',
  },
  TOO_MANY_REQUESTS: {
    httpStatus: 429,
    title: 'Too many requests',
    fix: 'Slow down and send it again after the stated time.',
    retryAfterSeconds: 1,
  },
  INTERNAL: {
    httpStatus: 500,
    title: 'Something is broken on our side',
    fix: 'Send it again; if it stays, report the trace id.',
  },
  STOPPING: {
    httpStatus: 503,
    title: 'The service is stopping',
    fix: 'Send it again; another instance answers.',
    retryAfterSeconds: 1,
  },
  BROKER_UNAVAILABLE: {
    httpStatus: 503,
    title: 'The Kafka brokers cannot be reached',
    fix: 'Send it again after the stated time.',
    retryAfterSeconds: 5,
  },
  BUFFER_FULL: {
    httpStatus: 503,
    title: 'Too much is waiting to be stored',
    fix: 'Send it again after the stated time.',
    retryAfterSeconds: 2,
  },
  MESSAGE_TOO_LARGE: {
    httpStatus: 413,
    title: 'A message is larger than a topic takes',
    fix: 'Make the message smaller.',
  },
  DATABASE_UNAVAILABLE: {
    httpStatus: 503,
    title: 'The database cannot be reached',
    fix: 'Send it again after the stated time.',
    retryAfterSeconds: 5,
  },
  MIGRATION_INVALID: {
    httpStatus: 500,
    title: 'The database migrations are not consistent',
    fix: 'Restore the file as it was applied and put the change into a new migration.',
  },
  GAME_UNKNOWN: { httpStatus: 404, title: 'The game does not exist', fix: 'Create the game or correct its id.' },
  OBJECT_NOT_FOUND: { httpStatus: 404, title: 'The object does not exist', fix: 'Check the key.' },
  OBJECT_KEY_INVALID: { httpStatus: 400, title: 'The object key is not valid', fix: 'Use a relative path.' },
} as const satisfies ErrorTable;

export const errors = defineErrors(errorTable);
