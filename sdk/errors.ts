/** What became of events that will not arrive, or why nothing arrives now. */
export type ProblemCode =
  /** The queue or the storage was full: the oldest events made room. */
  | 'QUEUE_FULL'
  /** The platform read an event and refused it; the reason is in `detail`. */
  | 'EVENT_REJECTED'
  /** An event cannot be sent at all: too large, or not JSON. */
  | 'EVENT_UNSENDABLE'
  /** The key is wrong or of another game. Events are kept. */
  | 'UNAUTHORIZED'
  /** The platform refused a whole request that no repetition would mend. */
  | 'REQUEST_REFUSED'
  /** The storage could not be read or written; events live in memory alone. */
  | 'STORAGE_FAILED';

export interface Problem {
  readonly code: ProblemCode;
  /** A sentence with the value, the rule and the fix. */
  readonly detail: string;
  /** How many events are lost by it; 0 when they are kept. */
  readonly lostEvents: number;
}

export type OnProblem = (problem: Problem) => void;

/** An option that cannot work; thrown where the client is made. */
export class InvalidOption extends Error {
  override readonly name = 'InvalidOption';

  constructor(option: string, value: unknown, rule: string) {
    super(`${option} is ${JSON.stringify(value)}: ${rule}.`);
  }
}
