/** Scans under way that are remembered; the oldest is forgotten first. */
const maximumScans = 1_024;

export interface ScanRequest<Item> {
  readonly cursor: string;
  readonly count: number;
  readonly source: () => IterableIterator<Item>;
}

export interface ScanPage<Item> {
  /** "0": that was all. */
  readonly cursor: string;
  readonly items: Item[];
}

/**
 * Cursors of SCAN and its siblings. A scan returns everything that was there all the time: an iterator of a JavaScript
 * map goes on correctly while the map changes. A cursor that is not known any more (forgotten, used before, made up)
 * begins again and returns all the rest in one answer, which keeps that promise too.
 */
export class ScanCursors {
  readonly #scans = new Map<string, IterableIterator<unknown>>();
  #lastId = 0;

  /** The next items of a scan. The scope (command and key) keeps a cursor from being used for another source. */
  page<Item>(scope: string, { cursor, count, source }: ScanRequest<Item>): ScanPage<Item> {
    const known = this.#scans.get(`${cursor} ${scope}`);
    this.#scans.delete(`${cursor} ${scope}`);
    // A cursor is never given out twice and only within its scope, so its items are those of the same source.
    const items = (known ?? source()) as IterableIterator<Item>;
    const limit = known || cursor === '0' ? count : Number.POSITIVE_INFINITY;
    const page: Item[] = [];
    while (page.length < limit) {
      const next = items.next();
      if (next.done) return { cursor: '0', items: page };
      page.push(next.value);
    }
    return { cursor: this.#remember(scope, items), items: page };
  }

  #remember(scope: string, items: IterableIterator<unknown>): string {
    const [oldest] = this.#scans.keys();
    if (this.#scans.size >= maximumScans && oldest !== undefined) this.#scans.delete(oldest);
    const cursor = String(++this.#lastId);
    this.#scans.set(`${cursor} ${scope}`, items);
    return cursor;
  }
}
