import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { describeProblem, errors, type Problem } from './errors.ts';
import { parseSecretReference, SecretValue } from './secrets.ts';

/**
 * Typed configuration from environment variables. A service's `environment.ts` is one schema:
 *   export const environment = Type.Object({ ...serviceEnvironment, PORT: Port({ default: 8080 }), DB_PASSWORD: Secret() })
 */

type Source = Readonly<Record<string, string | undefined>>;
type Form = 'duration' | 'list' | 'secret';
/** Marks how the text becomes a value where JSON Schema has no word for it. */
const formKey = 'x-form';

interface VariableOptions<Value> {
  readonly default?: Value;
  readonly description?: string;
}

const millisecondsPer = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** "250ms", "5s", "10m", "12h", "7d"; the value is milliseconds. */
export function Duration(options: VariableOptions<string> & { minimumMillis?: number; maximumMillis?: number } = {}) {
  const { minimumMillis = 0, maximumMillis = 366 * millisecondsPer.d, default: text, ...rest } = options;
  return Type.Unsafe<number>({
    type: 'integer',
    minimum: minimumMillis,
    maximum: maximumMillis,
    [formKey]: 'duration' satisfies Form,
    ...rest,
    ...(text === undefined ? {} : { default: parseDuration(text) }),
  });
}

/** A TCP or UDP port; 0 asks the system for a free one. */
export const Port = (options: VariableOptions<number> = {}) =>
  Type.Integer({ minimum: 0, maximum: 65_535, ...options });

/** An absolute URL with one of the given schemes, without a password in it. */
export const Url = (schemes: readonly string[], options: VariableOptions<string> = {}) =>
  Type.String({
    pattern: `^(${schemes.join('|')})://(?![^/@]*:[^/@]*@)\\S+$`,
    description: `a URL of ${schemes.join(' or ')} without a password`,
    ...options,
  });

/** Comma-separated values, at least one unless a default says otherwise. */
export function List(item: TSchema = Type.String({ minLength: 1 }), options: VariableOptions<string[]> = {}) {
  return Type.Unsafe<string[]>({
    type: 'array',
    items: item,
    minItems: options.default?.length === 0 ? 0 : 1,
    [formKey]: 'list' satisfies Form,
    ...options,
  });
}

/** `host:port` pairs, comma-separated. */
export const HostList = (options: VariableOptions<string[]> = {}) =>
  List(Type.String({ pattern: '^[^\\s:,]+:[0-9]{1,5}$' }), { description: 'host:port, divided by commas', ...options });

/** Read from the file that `<NAME>_FILE` names, or from AWS Secrets Manager (`aws-secret:<id>[#jsonKey]`). Never a default. */
export const Secret = (options: { readonly description?: string } = {}) =>
  Type.Unsafe<SecretValue>({ type: 'string', [formKey]: 'secret' satisfies Form, ...options });

/** What every process has, whatever it does. */
export const serviceEnvironment = {
  /** dev, staging, prod or local; a label of traces. */
  ENVIRONMENT: Type.String({ minLength: 1, default: 'local' }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'], { default: 'info' }),
  LISTEN_HOST: Type.String({ minLength: 1, default: '0.0.0.0' }),
  /** `/metrics` and `/health/*`; never public. */
  MANAGEMENT_PORT: Port(),
  /** How long stopping may take in all; Kubernetes kills at terminationGracePeriodSeconds. */
  SHUTDOWN_TIMEOUT: Duration({ default: '25s', minimumMillis: 100 }),
  /** How long a stopping process still takes requests while load balancers forget it. */
  SHUTDOWN_DELAY: Duration({ default: '0s' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(Url(['http', 'https'])),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({ minimum: 0, maximum: 1, default: 0.1 }),
};
export type ServiceEnvironment = Static<TObject<typeof serviceEnvironment>>;

function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  // The pattern allows only the units of the table.
  return amount && unit ? Number(amount) * millisecondsPer[unit as keyof typeof millisecondsPer] : undefined;
}

const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const booleans: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false };

/** Text to value by the schema's own type; text that does not fit stays text, so that the schema refuses it by name. */
function coerce(schema: TSchema, text: string): unknown {
  const form = Reflect.get(schema, formKey);
  const type = Reflect.get(schema, 'type');
  if (form === 'duration') return parseDuration(text) ?? text;
  if (form === 'list') return text.split(',').map((item) => item.trim());
  if (type === 'integer' || type === 'number') return numberPattern.test(text) ? Number(text) : text;
  if (type === 'boolean') return booleans[text.toLowerCase()] ?? text;
  return text;
}

function ruleOf(schema: TSchema, error: ErrorObject): string {
  if (Reflect.get(schema, formKey) === 'duration' && error.keyword === 'type')
    return 'must be a duration: 250ms, 5s, 10m, 12h, 7d';
  if (error.keyword === 'enum') return `must be one of ${(error.params.allowedValues as unknown[]).join(', ')}`;
  const described = Reflect.get(schema, 'description');
  if (error.keyword === 'pattern' && typeof described === 'string') return `must be ${described}`;
  return error.message ?? error.keyword;
}

const ajv = addFormats.default(new Ajv({ allErrors: true, strict: true, keywords: [formKey] }));

type Read = { readonly value?: unknown; readonly problems: readonly Problem[] };
const nothing: Read = { problems: [] };

function readPlain(name: string, schema: TSchema, text: string): Read {
  const value = coerce(schema, text);
  const validate = ajv.compile(schema);
  if (validate(value)) return { value, problems: [] };
  // A value that failed has at least one error; the first says enough.
  const rule = validate.errors?.[0] ? ruleOf(schema, validate.errors[0]) : 'must be valid';
  return { problems: [{ path: name, value: text, rule, fix: `Correct ${name}: it ${rule}.` }] };
}

function secretProblem(name: string, rule: string): Read {
  return {
    problems: [
      { path: name, rule, fix: `Mount the secret and set ${name}_FILE, or set ${name}=aws-secret:<id>[#key].` },
    ],
  };
}

function readSecret(name: string, source: Source): Read {
  const path = source[`${name}_FILE`];
  const text = source[name];
  if (path !== undefined && text !== undefined)
    return secretProblem(name, `must be set as ${name} or as ${name}_FILE, not both`);
  if (path !== undefined) return readSecretFile(name, path);
  if (text === undefined || text === '') return nothing;
  const reference = parseSecretReference(text);
  return reference
    ? { value: new SecretValue(reference), problems: [] }
    : secretProblem(name, 'must not hold a secret as plain text');
}

function readSecretFile(name: string, path: string): Read {
  const problem = (rule: string): Read => ({
    problems: [{ path: `${name}_FILE`, value: path, rule, fix: 'Mount the secret at that path or correct the path.' }],
  });
  try {
    if (readFileSync(path, 'utf8').trim() === '') return problem('must name a file that is not empty');
  } catch {
    return problem('must name a file that this process can read');
  }
  return { value: new SecretValue({ kind: 'file', path }), problems: [] };
}

function readVariable(name: string, schema: TSchema, source: Source): Read {
  if (Reflect.get(schema, formKey) === 'secret') {
    if ('default' in schema) throw new TypeError(`${name} is a secret and must not have a default.`);
    return readSecret(name, source);
  }
  const text = source[name];
  if (text !== undefined && text !== '') return readPlain(name, schema, text);
  return 'default' in schema ? { value: schema.default, problems: [] } : nothing;
}

function missing(name: string, schema: TSchema): Problem {
  const described = Reflect.get(schema, 'description');
  const isSecret = Reflect.get(schema, formKey) === 'secret';
  const [problem] = isSecret ? secretProblem(name, 'must be set').problems : [];
  const hint = typeof described === 'string' ? ` (${described})` : '';
  return problem ?? { path: name, rule: 'must be set', fix: `Set ${name}${hint}.` };
}

/**
 * Reads and checks every variable of the schema; an empty variable counts as not set.
 * Errors: CONFIGURATION_INVALID with all problems at once (variable, value unless secret, rule, fix).
 */
export function readEnvironment<Schema extends TObject>(schema: Schema, source: Source = process.env): Static<Schema> {
  const required = new Set(schema.required ?? []);
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [name, variable] of Object.entries(schema.properties as Record<string, TSchema>)) {
    const read = readVariable(name, variable, source);
    problems.push(...read.problems);
    if (read.value !== undefined) values[name] = read.value;
    else if (read.problems.length === 0 && required.has(name)) problems.push(missing(name, variable));
  }
  if (problems.length > 0) throw configurationInvalid(problems);
  // Every property was validated by its own schema above.
  return values as Static<Schema>;
}

function configurationInvalid(problems: readonly Problem[]) {
  return errors.CONFIGURATION_INVALID({ detail: `${problems.map(describeProblem).join('; ')}.`, problems });
}
