import type { CelInput } from '@bufbuild/cel';
import { type Fields, isFields } from '../tree/node.ts';

/** CEL tells whole numbers from others; JSON does not. A schema that says `number` means the others. */
const numberOf = (value: number, schema: Fields): CelInput =>
  Number.isInteger(value) && schema.type !== 'number' ? BigInt(value) : value;

const propertiesOf = ({ properties }: Fields): Fields => (isFields(properties) ? properties : {});
const schemaOf = (value: unknown): Fields => (isFields(value) ? value : {});

/** Fields that a schema gives a value when nobody does; rules see them (Kubernetes, «Defaulting»). */
function defaultsOf(value: Fields, schema: Fields): Fields {
  const missing = Object.entries(propertiesOf(schema)).flatMap(([name, property]) => {
    const given = schemaOf(property).default;
    return given === undefined || Object.hasOwn(value, name) ? [] : [[name, given] as const];
  });
  return missing.length > 0 ? { ...Object.fromEntries(missing), ...value } : value;
}

/** A value of a manifest as rules see it; without a schema whole numbers are integers, and nothing is filled in. */
export function toCel(value: unknown, schema: Fields = {}): CelInput {
  if (typeof value === 'number') return numberOf(value, schema);
  if (Array.isArray(value)) return value.map((item) => toCel(item, schemaOf(schema.items)));
  if (!isFields(value)) return typeof value === 'string' || typeof value === 'boolean' ? value : null;
  const properties = propertiesOf(schema);
  return Object.fromEntries(
    Object.entries(defaultsOf(value, schema)).map(([name, item]) => [
      name,
      toCel(item, schemaOf(Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties)),
    ]),
  );
}
