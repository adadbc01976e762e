import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { isError } from '../errors.ts';
import { traceFields } from './tracing.ts';

export type { Logger } from 'pino';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  readonly service: string;
  readonly version: string;
  readonly level: LogLevel;
  /** Personal fields of this service, from its catalog entry, in addition to the ones always hidden. */
  readonly personalFields?: readonly string[];
  /** Standard output unless told otherwise. */
  readonly destination?: DestinationStream;
}

/** Never written, however deep: what identifies a person or opens a door. Compared without case, `_` and `-`. */
const hiddenFields = [
  ...['email', 'phone', 'player_id', 'user_id', 'character_id', 'device_id', 'session_id'],
  ...['ip', 'ip_address', 'client_ip', 'remote_address', 'x-forwarded-for', 'user_agent'],
  ...['authorization', 'cookie', 'set-cookie', 'password', 'secret', 'token', 'access_token', 'refresh_token'],
  ...['id_token', 'api_key', 'x-api-key', 'event_data', 'properties'],
] as const;

const hidden = '[hidden]';
const depthLimit = 6;
const arrayLimit = 20;

const plain = (name: string) => name.toLowerCase().replaceAll(/[_-]/g, '');

function redactor(names: readonly string[]) {
  const hiddenNames = new Set(names.map(plain));
  const cleanValue = (value: unknown, depth: number): unknown => {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    if (isError(value)) return describeError(value, depth);
    if (depth >= depthLimit) return '[deeper]';
    if (Array.isArray(value)) return value.slice(0, arrayLimit).map((item) => cleanValue(item, depth + 1));
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if ('toJSON' in value && typeof value.toJSON === 'function') return cleanValue(value.toJSON(), depth + 1);
    return cleanObject(value, depth + 1);
  };
  const cleanObject = (fields: object, depth = 0): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        hiddenNames.has(plain(name)) ? hidden : cleanValue(value, depth),
      ]),
    );
  // A database error's `detail` quotes the row, so only these fields of an error are ever written.
  const describeError = (error: Error, depth: number): Record<string, unknown> => ({
    type: error.name,
    message: error.message,
    ...('code' in error ? { code: error.code } : {}),
    ...('problems' in error ? { problems: cleanValue(error.problems, depth + 1) } : {}),
    stack: error.stack,
    ...(isError(error.cause) && depth < depthLimit ? { cause: describeError(error.cause, depth + 1) } : {}),
  });
  return cleanObject;
}

/** JSON lines with trace ids; personal fields and secrets are replaced at any depth. */
export function createLogger(options: LoggerOptions): Logger {
  const clean = redactor([...hiddenFields, ...(options.personalFields ?? [])]);
  const settings = {
    level: options.level,
    base: { service: options.service, version: options.version },
    messageKey: 'message',
    errorKey: 'error',
    timestamp: stdTimeFunctions.isoTime,
    mixin: traceFields,
    // pino hands errors to its own serializer first, which would copy every field of them.
    serializers: { error: (error: unknown) => error, err: (error: unknown) => error },
    formatters: { level: (level: string) => ({ level }), log: clean },
  };
  // Written at once: the last lines of a process that ends are there, in their order.
  return pino(settings, options.destination ?? pino.destination({ dest: 1, sync: true }));
}
