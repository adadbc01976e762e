export interface JsonObject {
  readonly [key: string]: unknown;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keywords that let fewer values through when they are added or when their value moves in the wrong direction. */
const LOWER_BOUNDS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const;
const UPPER_BOUNDS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const;
const FIXED = ['type', 'pattern', 'format', 'const'] as const;

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const fieldsOf = (schema: JsonObject): JsonObject => (isObject(schema.properties) ? schema.properties : {});
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function bounds(path: string, before: JsonObject, after: JsonObject): readonly string[] {
  const narrower = (
    keyword: string,
    isTighter: (was: number | undefined, is: number) => boolean,
  ): readonly string[] => {
    const is = numberOf(after[keyword]);
    return is !== undefined && isTighter(numberOf(before[keyword]), is) ? [`${path} has a tighter ${keyword}`] : [];
  };
  return [
    ...LOWER_BOUNDS.flatMap((keyword) => narrower(keyword, (was, is) => was === undefined || is > was)),
    ...UPPER_BOUNDS.flatMap((keyword) => narrower(keyword, (was, is) => was === undefined || is < was)),
  ];
}

function values(path: string, before: JsonObject, after: JsonObject): readonly string[] {
  const changed = FIXED.filter(
    (keyword) => after[keyword] !== undefined && JSON.stringify(before[keyword]) !== JSON.stringify(after[keyword]),
  );
  const allowed = listOf(after.enum);
  const lost = allowed.length === 0 ? [] : listOf(before.enum).filter((value) => !allowed.includes(value));
  const choice = before.enum === undefined && after.enum !== undefined;
  return [
    ...changed.map((keyword) => `${path} has another ${keyword}`),
    ...lost.map((value) => `${path} no longer allows «${value}»`),
    ...(choice ? [`${path} allows some values only`] : []),
    ...(before.additionalProperties !== false && after.additionalProperties === false ? [`${path} is closed`] : []),
  ];
}

/** Why an event that fitted `before` might not fit `after`, or mean less to who reads it; empty when it always does. */
export function breakingChanges(before: JsonObject, after: JsonObject, path = 'properties'): readonly string[] {
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  const removed = Object.keys(was).filter((field) => !(field in is));
  const demanded = listOf(after.required).filter((field) => !listOf(before.required).includes(field));
  const below = Object.entries(is).flatMap(([field, schema]) => {
    const old = was[field];
    return isObject(old) && isObject(schema) ? breakingChanges(old, schema, `${path}.${field}`) : [];
  });
  return [
    ...removed.map((field) => `${path}.${field} was removed`),
    ...demanded.map((field) => `${path}.${field} is demanded now`),
    ...values(path, before, after),
    ...bounds(path, before, after),
    ...below,
  ];
}
