import { type Static, Type } from 'typebox';
import { type CollectionShape, elementOverheadBytes } from './value.ts';

export interface ScoredMember {
  readonly member: string;
  readonly score: number;
}

/** JSON has no infinities, so scores travel as text. */
const scoreText = Type.String({ pattern: '^-?(?:Infinity|\\d+(?:\\.\\d+)?(?:e[+-]\\d+)?)$' });
export const sortedSetDump = Type.Array(Type.Tuple([Type.String(), scoreText]));

/** Runs are split in two above this, so a change moves few elements and finding a rank adds up few lengths. */
const maximumRun = 512;

function before(a: ScoredMember, b: ScoredMember): boolean {
  return a.score < b.score || (a.score === b.score && a.member < b.member);
}

/** The first index for which `isAfter` holds; the items must be ordered by it. */
function firstIndex<Item>(items: readonly Item[], isAfter: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && isAfter(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Members by score, then by bytes: a map for the scores, ordered runs for ranks and ranges. */
export class SortedSet implements CollectionShape {
  readonly kind = 'zset';
  readonly #byMember = new Map<string, ScoredMember>();
  #runs: ScoredMember[][] = [];
  #bytes = 0;

  static restore(dump: Static<typeof sortedSetDump>): SortedSet {
    const set = new SortedSet();
    for (const [member, score] of dump) set.set(member, Number(score));
    return set;
  }

  get size(): number {
    return this.#byMember.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  score(member: string): number | undefined {
    return this.#byMember.get(member)?.score;
  }

  /** In the order in which members came, for scans that go on while the set changes. */
  members(): IterableIterator<ScoredMember> {
    return this.#byMember.values();
  }

  set(member: string, score: number): void {
    const known = this.#byMember.get(member);
    if (known) {
      if (known.score === score) return;
      this.#take(known);
    } else {
      this.#bytes += member.length + 2 * elementOverheadBytes;
    }
    const item = { member, score };
    this.#byMember.set(member, item);
    this.#put(item);
  }

  delete(member: string): boolean {
    const item = this.#byMember.get(member);
    if (!item) return false;
    this.#take(item);
    this.#bytes -= member.length + 2 * elementOverheadBytes;
    return this.#byMember.delete(member);
  }

  /** How many members come before it; undefined when it is none. */
  rank(member: string): number | undefined {
    const item = this.#byMember.get(member);
    return item && this.#countWhile((other) => before(other, item));
  }

  /** How many members have a lower score, or the same score when `orEqual`. */
  countBelow(score: number, orEqual: boolean): number {
    return this.#countWhile((item) => item.score < score || (orEqual && item.score === score));
  }

  /** From rank `start` up to and without `end`, both within the set. */
  slice(start: number, end: number): ScoredMember[] {
    const items: ScoredMember[] = [];
    let first = 0;
    for (const run of this.#runs) {
      if (first >= end) break;
      if (first + run.length > start) {
        for (const item of run.slice(Math.max(start - first, 0), end - first)) items.push(item);
      }
      first += run.length;
    }
    return items;
  }

  dump(): Static<typeof sortedSetDump> {
    return this.slice(0, this.size).map(({ member, score }) => [member, String(score)]);
  }

  /** Length of the leading part for which the condition holds; it must not hold again after it. */
  #countWhile(holds: (item: ScoredMember) => boolean): number {
    const index = this.#runIndex((last) => !holds(last));
    let count = 0;
    for (let at = 0; at < index; at += 1) count += this.#runs[at]?.length ?? 0;
    const run = this.#runs[index];
    return run ? count + firstIndex(run, (item) => !holds(item)) : count;
  }

  /** The first run whose last item is after; the number of runs when there is none. */
  #runIndex(isAfter: (last: ScoredMember) => boolean): number {
    return firstIndex(this.#runs, (run) => {
      const last = run.at(-1);
      return last !== undefined && isAfter(last);
    });
  }

  #put(item: ScoredMember): void {
    const index = Math.min(
      this.#runIndex((last) => before(item, last)),
      Math.max(this.#runs.length - 1, 0),
    );
    const run = this.#runs[index];
    if (!run) {
      this.#runs.push([item]);
      return;
    }
    const at = firstIndex(run, (other) => before(item, other));
    run.splice(at, 0, item);
    if (run.length > maximumRun) this.#runs.splice(index + 1, 0, run.splice(run.length >>> 1));
  }

  #take(item: ScoredMember): void {
    const index = this.#runIndex((last) => !before(last, item));
    const run = this.#runs[index];
    if (!run) return;
    run.splice(
      firstIndex(run, (other) => !before(other, item)),
      1,
    );
    if (run.length === 0) this.#runs.splice(index, 1);
  }
}
