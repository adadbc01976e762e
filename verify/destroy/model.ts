/** A program and its words, as a person would type them. */
export interface Invocation {
  readonly program: 'aws' | 'kubectl';
  readonly words: readonly string[];
}

/** What a step runs. `{}` in the words of `each` stands for one of the listed names. */
export type Action =
  | { readonly kind: 'run'; readonly invocation: Invocation }
  | { readonly kind: 'each'; readonly list: Invocation; readonly remove: Invocation }
  /** Every version and every delete mark, a thousand a call, which is the most that S3 takes. */
  | { readonly kind: 'empty bucket'; readonly bucket: string; readonly region: string }
  /** Every record but those that the zone has by itself; a zone with others cannot be deleted. */
  | { readonly kind: 'empty zone'; readonly domain: string };

/** What must hold after a step: a question that is asked again until its answer is this, or time is up. */
export interface Check {
  readonly says: string;
  readonly invocation: Invocation;
  /** The whole answer, blanks at its ends left out. */
  readonly expects: string;
  readonly withinSeconds: number;
}

export interface Step {
  /** Unique in the plan: `delete-stack gamemetrics-dev-edge`. */
  readonly name: string;
  readonly says: string;
  /** A question; when it fails, what the step deals with is gone already and the step is skipped. */
  readonly onlyIf?: Invocation;
  readonly actions: readonly Action[];
  readonly check?: Check;
}

/** Something that is still there after the stacks are gone, or would be without one of the steps. */
export interface Leftover {
  readonly what: string;
  readonly why: string;
  /** Whether AWS charges for it. */
  readonly billable: boolean;
  /** The step that removes it; absent when it stays. */
  readonly removedBy?: string;
}

export interface DestroyPlan {
  readonly environment: string;
  /** What a person must type to destroy data that is retained; absent where nothing is. */
  readonly confirmation?: string;
  readonly steps: readonly Step[];
  /** What stays, and what it would be without the steps. */
  readonly leftovers: readonly Leftover[];
  /** Stacks that stay because data that stays lives in them. */
  readonly keptStacks: readonly string[];
  /** Types and kinds that nobody decided about; a plan with any of them is not run. */
  readonly undecided: readonly string[];
}
