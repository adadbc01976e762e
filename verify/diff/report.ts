import { CHANGE_CLASSES, type Change, type ChangeClass, worst } from './model.ts';

export interface DiffReport {
  /** What the working tree is compared with. */
  readonly base: string;
  /** The worst class of all changes. */
  readonly class: ChangeClass;
  readonly counts: Readonly<Record<ChangeClass, number>>;
  /** Worst first, then by place. */
  readonly changes: readonly Change[];
}

export function reportOf(base: string, changes: readonly Change[]): DiffReport {
  const rank = (one: Change): number => CHANGE_CLASSES.indexOf(one.class);
  const sorted = changes.toSorted(
    (left, right) =>
      rank(right) - rank(left) || left.place.localeCompare(right.place) || left.subject.localeCompare(right.subject),
  );
  const count = (name: ChangeClass): number => changes.filter((one) => one.class === name).length;
  return {
    base,
    class: worst(changes.map((one) => one.class)),
    counts: { safe: count('safe'), disruptive: count('disruptive'), dangerous: count('dangerous') },
    changes: sorted,
  };
}

/** The same change in several environments is one to read. */
export interface Folded {
  readonly change: Change;
  readonly places: readonly string[];
}

export function folded(changes: readonly Change[]): readonly Folded[] {
  const groups = Map.groupBy(changes, ({ subject, operation, reasons, fields }) =>
    JSON.stringify([subject, operation, reasons, fields]),
  );
  return [...groups.values()].flatMap((group) => {
    const [change] = group;
    return change ? [{ change, places: group.map(({ place }) => place) }] : [];
  });
}
