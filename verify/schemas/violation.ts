import type { ErrorObject } from 'ajv';
import { isFields } from '../tree/node.ts';

/** What a schema says against an object. */
export interface Violation {
  readonly path: string;
  readonly value: string;
  readonly rule: string;
  readonly fix: string;
}

const VALUE_CHARACTERS = 80;

/** A value in a sentence: short, on one line. */
export function shown(value: unknown, characters: number = VALUE_CHARACTERS): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > characters ? `${line.slice(0, characters - 1)}…` : line;
}

/** `/spec/containers/0/image` → `spec.containers[0].image`. */
export function dotted(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => {
      if (/^\d+$/.test(part)) return `${path}[${part}]`;
      if (!/^[\w$-]+$/.test(part)) return `${path}["${part}"]`;
      return path === '' ? part : `${path}.${part}`;
    }, '');
}

/** Edits from one word to another, one row at a time. */
function distance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...to].entries())
      current.push(
        Math.min(
          (previous[column + 1] ?? 0) + 1,
          (current[column] ?? 0) + 1,
          (previous[column] ?? 0) + (letter === other ? 0 : 1),
        ),
      );
    previous = current;
  }
  return previous.at(-1) ?? 0;
}

/** The known word that was probably meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(Math.min(word.length, candidate.length) / 3)))
    .sort((left, right) => left.edits - right.edits);
  return best?.candidate;
}

const KNOWN_SHOWN = 8;
const listed = (words: readonly string[]): string =>
  words.length > KNOWN_SHOWN ? `${words.slice(0, KNOWN_SHOWN).join(', ')} …` : words.join(', ');

type Explanation = Pick<Violation, 'rule' | 'fix'> & { readonly child?: string };

function unknownField(error: ErrorObject): Explanation {
  const field = String(error.params.additionalProperty);
  const known = isFields(error.parentSchema?.properties) ? Object.keys(error.parentSchema.properties) : [];
  const meant = nearest(field, known);
  return {
    child: field,
    rule:
      known.length > 0
        ? `the schema has no field of this name; it has ${listed(known)}`
        : 'the schema allows no fields here',
    fix: meant ? `Write «${meant}»` : 'Remove it',
  };
}

const missing = (error: ErrorObject): Explanation => ({
  child: String(error.params.missingProperty),
  rule: 'the schema demands this field',
  fix: 'Add it',
});

function wrongValue(error: ErrorObject): Explanation {
  const values: readonly string[] = Array.isArray(error.params.allowedValues)
    ? error.params.allowedValues.map(String)
    : [];
  const meant = nearest(shown(error.data), values);
  return { rule: `it is one of ${listed(values)}`, fix: meant ? `Write «${meant}»` : 'Use one of them' };
}

const wrongType = (error: ErrorObject): Explanation => {
  const wanted = [error.params.type].flat().join(' or ');
  return { rule: `the schema demands the type ${wanted}`, fix: `Give it a value of the type ${wanted}` };
};

const explanations: Readonly<Record<string, (error: ErrorObject) => Explanation>> = {
  additionalProperties: unknownField,
  required: missing,
  enum: wrongValue,
  type: wrongType,
  pattern: (error) => ({ rule: `it matches ${error.params.pattern}`, fix: 'Write it in this form' }),
  format: (error) => ({ rule: `it has the format ${error.params.format}`, fix: 'Write it in this format' }),
  oneOf: () => ({ rule: 'it has exactly one of the forms that the schema offers', fix: 'Keep one form' }),
  anyOf: () => ({ rule: 'it has at least one of the forms that the schema offers', fix: 'Use one of the forms' }),
  not: () => ({ rule: 'the schema forbids this form', fix: 'Use another form' }),
};

/** A keyword's error as a place, a value, a rule and a fix. */
export function toViolation(error: ErrorObject): Violation {
  const explain = explanations[error.keyword];
  const { rule, fix, child } = explain?.(error) ?? { rule: error.message ?? error.keyword, fix: 'Change the value' };
  const parent = dotted(error.instancePath);
  const childPath =
    child === undefined ? parent : dotted(`${error.instancePath}/${child.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  const value =
    error.keyword === 'required'
      ? 'missing'
      : shown(child !== undefined && isFields(error.data) ? error.data[child] : error.data);
  return { path: childPath, value, rule, fix };
}

/** Errors of single branches say little when the choice itself has failed; the choice's own error stays. */
export function relevant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors
    .filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
    .map(({ schemaPath }) => `${schemaPath}/`);
  return errors.filter(({ schemaPath }) => !choices.some((choice) => schemaPath.startsWith(choice)));
}
