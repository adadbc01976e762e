/** `safe`: nobody notices. `disruptive`: something restarts, is replaced or lost for a while. `dangerous`: no way back, or open. */
export const CHANGE_CLASSES = ['safe', 'disruptive', 'dangerous'] as const;
export type ChangeClass = (typeof CHANGE_CLASSES)[number];

export type Hazard =
  | 'none'
  | 'restart'
  | 'replacement'
  | 'removal'
  | 'access lost'
  | 'lost replica'
  | 'budget'
  | 'data loss'
  | 'public exposure'
  | 'privilege gain'
  | 'removed deny'
  | 'downgrade';

/** Why a change has its class: what it endangers, as a word and as a sentence. */
export interface Reason {
  readonly class: ChangeClass;
  readonly hazard: Hazard;
  readonly sentence: string;
}

/** One field that changed: where, and the values as JSON. */
export interface FieldChange {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

export interface Change {
  readonly area: 'aws' | 'kubernetes' | 'cost';
  /** `gamemetrics-prod-database`, `prod/kafka`. */
  readonly place: string;
  /** `AWS::RDS::DBInstance PostgresPrimary`, `Deployment gamemetrics/analytics-api`. */
  readonly subject: string;
  readonly operation: 'added' | 'removed' | 'changed';
  readonly class: ChangeClass;
  /** Worst first; a safe change has one that says why nobody notices. */
  readonly reasons: readonly Reason[];
  readonly fields: readonly FieldChange[];
}

const rank = (name: ChangeClass): number => CHANGE_CLASSES.indexOf(name);

export const worst = (classes: readonly ChangeClass[]): ChangeClass =>
  classes.reduce((worse, name) => (rank(name) > rank(worse) ? name : worse), 'safe');

const NOTHING: Reason = { class: 'safe', hazard: 'none', sentence: 'Nobody notices.' };

/** A change with the class of its worst reason; equal sentences count once. */
export function classed(change: Omit<Change, 'class' | 'reasons'>, reasons: readonly Reason[]): Change {
  const unique = [...new Map(reasons.map((reason) => [reason.sentence, reason])).values()];
  const sorted = unique.toSorted((left, right) => rank(right.class) - rank(left.class));
  return {
    ...change,
    class: worst(sorted.map((reason) => reason.class)),
    reasons: sorted.length > 0 ? sorted : [NOTHING],
  };
}
