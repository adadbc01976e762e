import type { EventResult, FormatName, Found, LineProblem } from './formats.ts';

export interface SendSummary {
  readonly format: FormatName | undefined;
  /** Lines that hold something. */
  readonly lines: number;
  readonly accepted: number;
  /** Had arrived before; nothing is counted twice. */
  readonly duplicates: number;
  readonly rejected: number;
  /** The first of what is wrong, by line. */
  readonly problems: readonly LineProblem[];
  /** Requests that had to be repeated. */
  readonly retries: number;
  readonly seconds: number;
}

/** So many problems are listed; all are counted. */
export const MAX_LISTED_PROBLEMS = 100;

/** Counts what becomes of every line. */
export class Tally {
  readonly #startedAt = performance.now();
  readonly #problems: LineProblem[] = [];
  lines = 0;
  accepted = 0;
  duplicates = 0;
  rejected = 0;

  add(line: number, { status, problem }: EventResult): void {
    if (status === 'accepted') this.accepted += 1;
    else if (status === 'duplicate') this.duplicates += 1;
    else this.reject(line, problem ?? { path: '/', rule: 'accepted by the platform', fix: 'Correct the event.' });
  }

  reject(line: number, problem: Found): void {
    this.rejected += 1;
    if (this.#problems.length < MAX_LISTED_PROBLEMS) this.#problems.push({ line, ...problem });
  }

  summary(format: FormatName | undefined, retries: number): SendSummary {
    const { lines, accepted, duplicates, rejected } = this;
    const problems = this.#problems.toSorted((one, other) => one.line - other.line);
    const seconds = Math.round(performance.now() - this.#startedAt) / 1000;
    return { format, lines, accepted, duplicates, rejected, problems, retries, seconds };
  }
}
