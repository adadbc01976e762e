import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifySchemaCompiler } from 'fastify';

const common = {
  allErrors: true,
  strict: true,
  strictTypes: false,
  useDefaults: true,
  removeAdditional: false,
} as const;

// A JSON body means what it says; text in a path, a query or a header has to become a number first.
const exact = addFormats.default(new Ajv(common));
const coercing = addFormats.default(new Ajv({ ...common, coerceTypes: 'array' }));

/** Validates with ajv: bodies as they are, everything else coerced from text. */
export const compileValidator: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
  (httpPart === 'body' ? exact : coercing).compile(schema);
