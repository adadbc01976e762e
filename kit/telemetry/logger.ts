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

type Fields = Record<string, unknown>;

/** Copies log fields for writing: bounded in depth and length, hidden names masked. */
class Redactor {
  readonly #hidden: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    this.#hidden = new Set(names.map(plain));
  }

  readonly fields = (fields: object, depth = 0): Fields => {
    const cleaned = (name: string, value: unknown) =>
      this.#hidden.has(plain(name)) ? hidden : this.#value(value, depth);
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cleaned(name, value)]));
  };

  #value(value: unknown, depth: number): unknown {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    return depth >= depthLimit ? '[deeper]' : this.#object(value, depth + 1);
  }

  #object(value: object, depth: number): unknown {
    if (isError(value)) return this.#error(value, depth);
    if (Array.isArray(value)) return value.slice(0, arrayLimit).map((item) => this.#value(item, depth));
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if ('toJSON' in value && typeof value.toJSON === 'function') return this.#value(value.toJSON(), depth);
    return this.fields(value, depth);
  }

  /** A database error's `detail` quotes the row, so only these fields of an error are ever written. */
  #error(error: Error, depth: number): Fields {
    const { name: type, message, stack, cause } = error;
    // Ours and Node's errors carry these; any value will do.
    const { code, problems } = error as { code?: unknown; problems?: unknown };
    const described = { type, message, code, problems: this.#value(problems, depth), stack };
    return isError(cause) ? { ...described, cause: this.#value(cause, depth) } : described;
  }
}

/** JSON lines with trace ids; personal fields and secrets are replaced at any depth. */
export function createLogger(options: LoggerOptions): Logger {
  const redactor = new Redactor([...hiddenFields, ...(options.personalFields ?? [])]);
  const settings = {
    level: options.level,
    base: { service: options.service, version: options.version },
    messageKey: 'message',
    errorKey: 'error',
    timestamp: stdTimeFunctions.isoTime,
    mixin: traceFields,
    // pino hands errors to its own serializer first, which would copy every field of them.
    serializers: { error: (error: unknown) => error, err: (error: unknown) => error },
    formatters: { level: (level: string) => ({ level }), log: (fields: object) => redactor.fields(fields) },
  };
  // Written at once: the last lines of a process that ends are there, in their order.
  return pino(settings, options.destination ?? pino.destination({ dest: 1, sync: true }));
}
