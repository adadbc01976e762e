import { type Reason, shown } from './verdict.ts';

/** Deeper nesting than this is no measurement, and costs every reader stack. */
export const MAX_DEPTH = 16;

const pointerName = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

const invalid = (found: Pick<Reason, 'value' | 'rule' | 'fix'>): Reason => ({
  code: 'content_invalid',
  path: '',
  ...found,
});

/** JSON can say what PostgreSQL's text and jsonb cannot hold: U+0000 and halves of surrogate pairs. */
function textProblem(text: string): Reason | undefined {
  if (text.isWellFormed() && !text.includes('\u0000')) return undefined;
  const rule = 'text without U+0000 and without lone surrogates';
  return invalid({ value: JSON.stringify(shown(text)), rule, fix: 'Remove the character.' });
}

function depthProblem(value: object): Reason {
  const rule = `at most ${MAX_DEPTH} levels of nesting`;
  return invalid({ value: shown(value), rule, fix: 'Flatten the properties.' });
}

const isSmall = (value: number) => value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER;

const wholeNumber = /^-?\d+$/;

type Look = (name: string, value: unknown, context: { readonly source?: string }) => unknown;
// ECMAScript 2026 gives a reviver the source text; TypeScript's library does not know it yet.
const parseWithSource = JSON.parse as unknown as (json: string, look: Look) => unknown;

/** Large whole numbers of a JSON text that do not survive as a double, such as 64-bit ids, by the value they become. */
function inexactNumbers(json: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  const look: Look = (_name, value, { source }) => {
    if (typeof value !== 'number' || isSmall(value) || !source || !wholeNumber.test(source)) return value;
    if (BigInt(source) !== BigInt(value)) found.set(value, source);
    return value;
  };
  parseWithSource(json, look);
  return found;
}

/**
 * Looks at every value below an object or list for what no store of ours could give back as it was sent; bounded in
 * depth. Made for one request; paths are made on the way back, from problems only.
 */
export class ContentCheck {
  readonly #json: string;
  /** Odd text needs an escape in the raw JSON; only then every string is looked at. */
  readonly #looksAtText: boolean;
  #inexact: ReadonlyMap<number, string> | undefined;

  /** `json`: the request's body. */
  constructor(json: string) {
    this.#json = json;
    this.#looksAtText = json.includes('\\u');
  }

  /** The first thing below `value` that cannot be stored; its path is relative to `value`. */
  problemIn(value: object, depth = 0): Reason | undefined {
    if (depth >= MAX_DEPTH) return depthProblem(value);
    return Array.isArray(value) ? this.#inList(value, depth) : this.#inObject(value, depth);
  }

  #inList(list: readonly unknown[], depth: number): Reason | undefined {
    for (let place = 0; place < list.length; place += 1) {
      const problem = this.#at(list[place], depth);
      if (problem) return { ...problem, path: `/${place}${problem.path}` };
    }
    return undefined;
  }

  #inObject(value: object, depth: number): Reason | undefined {
    for (const name in value) {
      const problem = (this.#looksAtText ? textProblem(name) : undefined) ?? this.#at(Reflect.get(value, name), depth);
      if (problem) return { ...problem, path: `/${pointerName(name)}${problem.path}` };
    }
    return undefined;
  }

  #at(inner: unknown, depth: number): Reason | undefined {
    if (typeof inner === 'number') return isSmall(inner) ? undefined : this.#numberProblem(inner);
    if (typeof inner === 'object') return inner === null ? undefined : this.problemIn(inner, depth + 1);
    return this.#looksAtText && typeof inner === 'string' ? textProblem(inner) : undefined;
  }

  #numberProblem(value: number): Reason | undefined {
    if (!Number.isFinite(value))
      return invalid({ value: String(value), rule: 'numbers within the range of a double', fix: 'Send it as text.' });
    this.#inexact ??= inexactNumbers(this.#json);
    const source = this.#inexact.get(value);
    if (source === undefined) return undefined;
    const rule = 'whole numbers that a double holds exactly';
    return invalid({ value: shown(source), rule, fix: 'Send it as text, such as "9007199254740993".' });
  }
}
