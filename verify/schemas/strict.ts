import { type Fields, isFields } from '../tree/node.ts';
import { compilablePattern } from './pattern.ts';

export type Schema = Readonly<Record<string, unknown>>;

/**
 * `structural`: a CRD's schema, where the API server drops every field that the schema does not name.
 * `published`: Kubernetes' own definitions, where an object without properties is free (`RawExtension`).
 */
export type Dialect = 'structural' | 'published';

interface Context {
  readonly dialect: Dialect;
  /** Below anyOf, oneOf, allOf and not, a schema constrains values only and names just the fields it speaks of. */
  readonly constraining: boolean;
}

const mapValues = (value: unknown, change: (value: unknown) => unknown): Schema =>
  isFields(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)])) : {};

type Rewrite = (schema: Fields, context: Context) => Fields;

/** `nullable` is OpenAPI; JSON Schema has a type of its own. */
const nullable: Rewrite = ({ nullable: mayBeNull, ...schema }) => {
  if (mayBeNull !== true) return schema;
  const { type, enum: values } = schema;
  return {
    ...schema,
    ...(typeof type === 'string' ? { type: [type, 'null'] } : {}),
    ...(Array.isArray(values) ? { enum: [...values, null] } : {}),
  };
};

const isTypeOnly = (branch: unknown): boolean => isFields(branch) && Object.keys(branch).join() === 'type';

/** `x-kubernetes-int-or-string`, and the anyOf or oneOf of bare types that says the same. */
const intOrString: Rewrite = (schema) => {
  const { anyOf, oneOf, ...rest } = schema;
  const branches = anyOf ?? oneOf;
  const bare = Array.isArray(branches) && branches.every(isTypeOnly);
  if (schema['x-kubernetes-int-or-string'] === true)
    return bare ? { ...rest, type: ['integer', 'string'] } : { ...schema, type: ['integer', 'string'] };
  if (!bare) return schema;
  return { ...rest, type: branches.map((branch: Fields) => branch.type) };
};

interface Bound {
  readonly inclusive: 'minimum' | 'maximum';
  readonly exclusive: 'exclusiveMinimum' | 'exclusiveMaximum';
}

/** Draft 4 writes exclusive bounds as booleans beside the bound. */
function withoutBoolean(schema: Fields, { inclusive, exclusive }: Bound): Fields {
  const { [inclusive]: bound, [exclusive]: excluded, ...rest } = schema;
  if (typeof excluded !== 'boolean') return schema;
  if (bound === undefined) return rest;
  return { ...rest, [excluded ? exclusive : inclusive]: bound };
}

const exclusiveBounds: Rewrite = (schema) =>
  withoutBoolean(withoutBoolean(schema, { inclusive: 'minimum', exclusive: 'exclusiveMinimum' }), {
    inclusive: 'maximum',
    exclusive: 'exclusiveMaximum',
  });

const pattern: Rewrite = (schema) => {
  if (typeof schema.pattern !== 'string') return schema;
  const { pattern: original, ...rest } = schema;
  const compiled = compilablePattern(original as string);
  return compiled === undefined ? rest : { ...rest, pattern: compiled };
};

const OBJECT_FIELDS = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { type: 'object' },
} as const;

const embeddedResource: Rewrite = (schema) =>
  schema['x-kubernetes-embedded-resource'] === true
    ? { ...schema, properties: { ...mapValues(schema.properties, (value) => value), ...OBJECT_FIELDS } }
    : schema;

/** Fields that nobody declared fail: a typo must never pass. */
const unknownFieldsFail: Rewrite = (schema, { dialect, constraining }) => {
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties !== undefined;
  if (open || constraining) return schema;
  const named = isFields(schema.properties);
  const empty = dialect === 'structural' && schema.type === 'object';
  return named || empty ? { ...schema, additionalProperties: false } : schema;
};

const rewrites: readonly Rewrite[] = [
  embeddedResource,
  unknownFieldsFail,
  intOrString,
  nullable,
  exclusiveBounds,
  pattern,
];

function descend(schema: Fields, context: Context): Fields {
  const below = (value: unknown): unknown => strictly(value, context);
  const constraint = (value: unknown): unknown => strictly(value, { ...context, constraining: true });
  const constraints = (value: unknown): unknown => (Array.isArray(value) ? value.map(constraint) : value);
  const keywords: Readonly<Record<string, (value: unknown) => unknown>> = {
    properties: (value) => mapValues(value, below),
    patternProperties: (value) => mapValues(value, below),
    items: (value) => (Array.isArray(value) ? value.map(below) : below(value)),
    additionalProperties: below,
    anyOf: constraints,
    oneOf: constraints,
    allOf: constraints,
    not: constraint,
  };
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, Object.hasOwn(keywords, key) ? keywords[key]?.(value) : value]),
  );
}

function strictly(schema: unknown, context: Context): unknown {
  if (!isFields(schema)) return schema;
  return rewrites.reduce((current, rewrite) => rewrite(current, context), descend(schema, context));
}

/** A schema of Kubernetes or of a CRD as JSON Schema in which unknown fields fail. */
export function strict(schema: Schema, dialect: Dialect): Schema {
  const result = strictly(schema, { dialect, constraining: false });
  return isFields(result) ? result : {};
}

export interface Unevaluated {
  /** CEL rules that compare an object with what it was before. */
  readonly celRules: number;
  /** Patterns that have no reading in ECMAScript. */
  readonly patterns: number;
}

/** Patterns that a schema demands and its strict form does not check. */
export function unevaluatedPatterns(schema: unknown): number {
  const below = Array.isArray(schema) ? schema : Object.values(isFields(schema) ? schema : {});
  const { pattern: text } = isFields(schema) ? schema : {};
  const own = typeof text === 'string' && compilablePattern(text) === undefined ? 1 : 0;
  return below.reduce((sum: number, part: unknown) => sum + unevaluatedPatterns(part), own);
}
