import { Ajv, type ErrorObject } from 'ajv';
import { IncomingEvent } from '#catalog/events/index.ts';
import { type Reason, shown } from './verdict.ts';

/**
 * The envelope of the catalog, compiled once. The time is looked at by the judge, which needs its value anyway; text is
 * measured in UTF-16 units, which is never less than characters.
 */
const ajv = new Ajv({ strict: false, verbose: true, formats: { 'date-time': true } });
const accepts = ajv.compile<IncomingEvent>(IncomingEvent);

type Explain = (
  error: ErrorObject,
) => Pick<Reason, 'rule' | 'fix'> & { readonly path?: string; readonly missing?: true };

function described({ keyword, parentSchema, message = 'must fit the schema' }: ErrorObject): string {
  if (keyword !== 'pattern') return message;
  const { description, pattern } = parentSchema ?? {};
  return [description, `pattern ${pattern}`].filter(Boolean).join('; ');
}

/** One sentence of rule and fix by JSON Schema keyword. */
const explanations: Readonly<Record<string, Explain>> = {
  required: ({ instancePath, params }) => ({
    path: `${instancePath}/${params.missingProperty}`,
    rule: `"${params.missingProperty}" is required`,
    fix: `Add "${params.missingProperty}".`,
    missing: true,
  }),
  additionalProperties: ({ instancePath, params }) => ({
    path: `${instancePath}/${params.additionalProperty}`,
    rule: 'only the fields of the envelope stand beside "properties"',
    fix: `Move "${params.additionalProperty}" into "properties" or remove it.`,
  }),
  type: ({ params }) => ({ rule: `must be of type ${params.type}`, fix: `Send it as ${params.type}.` }),
  propertyNames: ({ instancePath, params }) => ({
    path: `${instancePath}/${String(params.propertyName).slice(0, 20)}…`,
    rule: 'names of properties have at most 64 characters',
    fix: 'Shorten the name.',
  }),
};

const fallback: Explain = (error) => ({ rule: described(error), fix: `Correct it: it ${error.message}.` });

function reasonOf(error: ErrorObject): Reason {
  const { path = error.instancePath, rule, fix, missing } = (explanations[error.keyword] ?? fallback)(error);
  const value = missing ? {} : { value: shown(error.data) };
  return { code: 'envelope_invalid', path: path || '/', ...value, rule, fix };
}

const unexplained: Reason = {
  code: 'envelope_invalid',
  path: '/',
  rule: 'the envelope',
  fix: 'Compare it with /openapi.json.',
};

/** What is wrong with the envelope first; undefined when it is an `IncomingEvent`. */
export function envelopeProblem(candidate: unknown): Reason | undefined {
  if (accepts(candidate)) return undefined;
  // A name that is too long is reported twice by ajv; the outer error has the name.
  const errors = accepts.errors ?? [];
  const [error] = errors.filter(({ keyword }) => keyword === 'propertyNames').concat(errors);
  return error ? reasonOf(error) : unexplained;
}
