import { type Reason, shown } from './verdict.ts';

/** Deeper nesting than this is no measurement, and costs every reader stack. */
export const MAX_DEPTH = 16;

const pointerName = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

const invalid = (path: string, found: Pick<Reason, 'value' | 'rule' | 'fix'>): Reason => ({
  code: 'content_invalid',
  path,
  ...found,
});

/** JSON can say what PostgreSQL's text and jsonb cannot hold: U+0000 and halves of surrogate pairs. */
function textProblem(path: string, text: string): Reason | undefined {
  if (text.isWellFormed() && !text.includes('\u0000')) return undefined;
  const rule = 'text without U+0000 and without lone surrogates';
  return invalid(path, { value: JSON.stringify(shown(text)), rule, fix: 'Remove the character.' });
}

function depthProblem(path: string, value: object): Reason {
  const rule = `at most ${MAX_DEPTH} levels of nesting`;
  return invalid(path, { value: shown(value), rule, fix: 'Flatten the properties.' });
}

/** Whether the raw JSON could hold such text at all; only then every string is looked at. */
export const mayHoldOddText = (json: string): boolean => json.includes('\\u');

/** Looks at every value below an object or list, bounded in depth. */
export class ContentCheck {
  readonly #looksAtText: boolean;

  constructor(looksAtText: boolean) {
    this.#looksAtText = looksAtText;
  }

  /** The first thing below `value` that cannot be stored. */
  problemIn(value: object, path: string, depth = 0): Reason | undefined {
    if (depth >= MAX_DEPTH) return depthProblem(path, value);
    return Array.isArray(value) ? this.#inList(value, path, depth) : this.#inObject(value, path, depth);
  }

  #inList(list: readonly unknown[], path: string, depth: number): Reason | undefined {
    for (let place = 0; place < list.length; place += 1) {
      const inner = list[place];
      const problem = this.#mustLook(inner) ? this.#at(inner, `${path}/${place}`, depth) : undefined;
      if (problem) return problem;
    }
    return undefined;
  }

  #inObject(value: object, path: string, depth: number): Reason | undefined {
    for (const name in value) {
      const inner: unknown = Reflect.get(value, name);
      const problem =
        (this.#looksAtText ? textProblem(`${path}/${pointerName(name)}`, name) : undefined) ??
        (this.#mustLook(inner) ? this.#at(inner, `${path}/${pointerName(name)}`, depth) : undefined);
      if (problem) return problem;
    }
    return undefined;
  }

  #mustLook(inner: unknown): boolean {
    return typeof inner === 'object' ? inner !== null : this.#looksAtText && typeof inner === 'string';
  }

  #at(inner: unknown, path: string, depth: number): Reason | undefined {
    if (typeof inner === 'string') return textProblem(path, inner);
    return typeof inner === 'object' && inner !== null ? this.problemIn(inner, path, depth + 1) : undefined;
  }
}
