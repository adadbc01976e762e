import type { Node } from '../tree/node.ts';
import { allows, type Comparison } from './comparisons.ts';
import type { ChangeClass, Hazard, Reason } from './model.ts';

/** A verdict of the tables, to be completed by what was found. */
interface Verdict {
  readonly class: ChangeClass;
  readonly hazard: Hazard;
  readonly says: string;
}

/** A field whose change means something: `when` compares its values before and after. */
export interface FieldRow extends Verdict {
  /** A CloudFormation type, or `group Kind`. */
  readonly subject: string;
  readonly path: string;
  readonly when: Comparison;
}

/** Things that an object has more or fewer of: permissions, rules, holes. */
export interface SetRow {
  readonly subject: string;
  /** What there is, each as a text that a person understands. */
  readonly of: (root: Node) => readonly string[];
  readonly gained?: Verdict;
  readonly lost?: Verdict;
  /** Whether everything that a new object has counts as gained. */
  readonly countsWhenNew: boolean;
  /** Whether something that is had covers another thing, so that the other is nothing new; equal texts when absent. */
  readonly covers?: (had: string, other: string) => boolean;
}

export interface Tables {
  readonly fields: readonly FieldRow[];
  readonly sets: readonly SetRow[];
}

/** Something that changed, by the tables' name for its kind. */
export interface Pair {
  readonly subject: string;
  readonly before?: Node;
  readonly after?: Node;
}

const SHOWN = 120;

/** A value as people read it in a report; never long. */
export function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

const reason = (verdict: Verdict, detail: string): Reason => ({
  class: verdict.class,
  hazard: verdict.hazard,
  sentence: `${verdict.says}: ${detail}.`,
});

function ofField({ path, when, ...verdict }: FieldRow, { before, after }: Pair): readonly Reason[] {
  if (!before || !after) return [];
  const [old, now] = [before.at(path), after.at(path)];
  if (!when(old, now)) return [];
  // The fields of the change show what differs inside of objects and lists.
  const isPlain = [old, now].every(({ value }) => typeof value !== 'object' || value === null);
  return [reason(verdict, isPlain ? `${path} from ${short(old.value)} to ${short(now.value)}` : path)];
}

function ofSet(row: SetRow, { before, after }: Pair): readonly Reason[] {
  const { gained, lost, countsWhenNew, of, covers = (had, other) => had === other } = row;
  const had = before ? of(before) : [];
  const has = after ? of(after) : [];
  const beyond = (list: readonly string[], known: readonly string[]): readonly string[] =>
    list.filter((item) => !known.some((one) => covers(one, item)));
  const news = before || countsWhenNew ? beyond(has, had) : [];
  const olds = after ? beyond(had, has) : [];
  return [
    ...(gained ? news.map((item) => reason(gained, item)) : []),
    ...(lost ? olds.map((item) => reason(lost, item)) : []),
  ];
}

/** What the tables say of a change. */
export function reasonsOf({ fields, sets }: Tables, pair: Pair): readonly Reason[] {
  const concerns = ({ subject }: { readonly subject: string }): boolean => allows(subject, pair.subject);
  return [
    ...fields.filter(concerns).flatMap((row) => ofField(row, pair)),
    ...sets.filter(concerns).flatMap((row) => ofSet(row, pair)),
  ];
}
