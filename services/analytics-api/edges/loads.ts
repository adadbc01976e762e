import type { Rollups } from '../domain/kpis.ts';
import type { AnalyticsStore, DataClass, Range, Tenant } from './store.ts';

interface Batch {
  readonly dataClass: DataClass;
  readonly range: Range;
  /** In the order in which they came; an answer is at the place of its game. */
  readonly games: string[];
  readonly answers: Promise<readonly Rollups[]>;
}

type Store = Pick<AnalyticsStore, 'rollupsOfGames'>;

/** Loads of the same days that are asked for at the same time, by whichever query, are one transaction. */
export class RollupLoads {
  readonly #store: Store;
  readonly #batches = new Map<string, Batch>();

  constructor(store: Store) {
    this.#store = store;
  }

  async load({ gameId, dataClass }: Tenant, range: Range): Promise<Rollups> {
    const { games, answers } = this.#batchOf(dataClass, range);
    const known = games.indexOf(gameId);
    const place = known >= 0 ? known : games.push(gameId) - 1;
    const rollups = (await answers)[place];
    if (!rollups) throw new Error(`a batch of ${games.length} games gave no answer at ${place}`);
    return rollups;
  }

  #batchOf(dataClass: DataClass, range: Range): Batch {
    const key = [dataClass, range.from, range.to].join(' ');
    const open = this.#batches.get(key);
    if (open) return open;
    const games: string[] = [];
    // Everything that the engine resolves in this turn of the event loop joins before the batch is sent.
    const turn = new Promise<void>((resolve) => setImmediate(resolve));
    const answers = turn.then(() => {
      this.#batches.delete(key);
      return this.#store.rollupsOfGames(games, dataClass, range);
    });
    const batch = { dataClass, range, games, answers };
    this.#batches.set(key, batch);
    return batch;
  }
}
