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

/** Whether the raw JSON could hold such text at all; only then every string is looked at. */
export const mayHoldOddText = (json: string): boolean => json.includes('\\u');

/** Looks at every value below an object or list, bounded in depth. Paths are made on the way back, from problems only. */
export class ContentCheck {
  readonly #looksAtText: boolean;

  constructor(looksAtText: boolean) {
    this.#looksAtText = looksAtText;
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
    if (typeof inner === 'object') return inner === null ? undefined : this.problemIn(inner, depth + 1);
    return this.#looksAtText && typeof inner === 'string' ? textProblem(inner) : undefined;
  }
}
