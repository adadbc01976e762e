import { ExplainedError } from '#catalog/index.ts';
import type { Terminal } from './terminal/terminal.ts';

/** One command of the command line, as a value: bin/commands/<name>.ts exports one. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly arguments: readonly Argument[];
  readonly options: readonly Option[];
  readonly examples: readonly string[];
  /** Resolves to the exit code: 0 done, 1 the answer is no (problems found, not healthy), 2 wrong use. */
  run(input: Input, terminal: Terminal): Promise<number>;
}

export interface Argument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly variadic?: boolean;
}

export interface Option {
  /** Without dashes: `data`. */
  readonly name: string;
  /** What the value is called in the help: `DIR`; a switch has none. */
  readonly value?: string;
  readonly description: string;
  readonly repeatable?: boolean;
  readonly choices?: readonly string[];
  readonly default?: string;
}

/** What a person typed, checked against the command's arguments and options. */
export class Input {
  readonly #arguments: readonly string[];
  readonly #options: Readonly<Record<string, unknown>>;

  constructor(positional: readonly string[], options: Readonly<Record<string, unknown>>) {
    this.#arguments = positional;
    this.#options = options;
  }

  argument(index: number): string | undefined {
    return this.#arguments[index];
  }

  get rest(): readonly string[] {
    return this.#arguments;
  }

  text(name: string): string | undefined {
    const value = this.#options[name];
    return typeof value === 'string' ? value : undefined;
  }

  list(name: string): readonly string[] {
    const value = this.#options[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  isSet(name: string): boolean {
    return this.#options[name] === true;
  }

  /** @throws UsageError when the value is not a number within the bounds. */
  number(name: string, bounds: { readonly min: number; readonly max: number }): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (Number.isFinite(value) && value >= bounds.min && value <= bounds.max) return value;
    throw new UsageError(`--${name} «${text}» is not a number from ${bounds.min} to ${bounds.max}.`);
  }
}

/** The command was typed wrong: exit code 2. */
export class UsageError extends ExplainedError {
  override readonly name = 'UsageError';

  constructor(sentence: string) {
    super('WRONG_USAGE', sentence);
  }
}

export const JSON_OPTION: Option = { name: 'json', description: 'print JSON for scripts instead of text' };
