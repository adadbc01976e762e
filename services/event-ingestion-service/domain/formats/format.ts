import type { DeadLetter } from '#catalog/events/index.ts';
import type { Reason, Verdict } from '../verdict.ts';

/** A wire format: how events stand in a body, how one maps onto our envelope, and what its clients expect as an answer. */
export interface Format {
  readonly name: Exclude<DeadLetter['format'], 'accepted-event'>;
  /** The property of the body that holds the list; undefined where the body is the list or one event. */
  readonly listProperty?: string;
  /** The events of a parsed body, or what a body must be. */
  eventsOf(body: unknown): readonly unknown[] | BodyProblem;
  /** A candidate for our envelope, or why there is none. */
  toEnvelope(event: unknown, game: string): unknown | Unmappable;
  /** Where a field of our envelope comes from, so that a reason points into the event as it was sent. */
  readonly sources: Readonly<Record<string, string>>;
  /** The id that the sender knows the event by. */
  idOf(event: unknown): string | null;
  /** The body of the answer, JSON. */
  answer(outcomes: readonly Outcome[]): string;
}

export interface BodyProblem {
  readonly rule: string;
  readonly fix: string;
}

/** Thrown-away mapping: the reason already points into the sender's event. */
export class Unmappable {
  readonly reason: Reason;

  constructor(path: string, value: unknown, { rule, fix }: BodyProblem) {
    const found = value === undefined ? {} : { value };
    this.reason = { code: 'envelope_invalid', path, ...found, rule, fix };
  }
}

export interface Outcome {
  readonly id: string | null;
  readonly verdict: Verdict;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first of the values that is text. */
export const firstText = (...values: readonly unknown[]): string | undefined =>
  values.find((value): value is string => typeof value === 'string' && value !== '');

export function isBodyProblem(found: readonly unknown[] | BodyProblem): found is BodyProblem {
  return !Array.isArray(found);
}

/** The list under a property of the body. */
export function listUnder(body: unknown, property: string): readonly unknown[] | BodyProblem {
  const list = isObject(body) ? body[property] : undefined;
  if (Array.isArray(list)) return list;
  return { rule: `an object with a list "${property}"`, fix: `Send {"${property}":[…]}.` };
}
