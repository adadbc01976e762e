import type { Mailbox } from '../domain/mailbox.ts';
import type { ArrivedLetter, Boards } from './boards.ts';
import { type Changes, tenantKey } from './changes.ts';
import type { Polling, Watch } from './polling.ts';
import type { Tenant } from './reading.ts';

type BoardPage = Awaited<ReturnType<Boards['page']>>;

export interface WatchesOptions {
  readonly boards: Boards;
  readonly changes: Changes;
  readonly polling: Polling;
}

const MAX_WAITING_LETTERS = 200;

/** A listener hears of a page when a place on it changed. */
function boardNews(): (page: BoardPage) => BoardPage | undefined {
  let last: string | undefined;
  return (page) => {
    const shown = JSON.stringify(page.edges);
    if (shown === last) return undefined;
    last = shown;
    return page;
  };
}

/** A listener hears of letters that were not there when it came. */
function letterNews(): (letters: readonly ArrivedLetter[]) => readonly ArrivedLetter[] | undefined {
  let seen: Set<string> | undefined;
  return (letters) => {
    const before = seen;
    seen = new Set(letters.map(({ id }) => id));
    const arrived = before ? letters.filter(({ id }) => !before.has(id)) : [];
    return arrived.length > 0 ? arrived : undefined;
  };
}

/** Live messages about leaderboards and dead letters. */
export class Watches {
  readonly #options: WatchesOptions;

  constructor(options: WatchesOptions) {
    this.#options = options;
  }

  /** The best places at once, then whenever one of them changed. */
  board(tenant: Tenant, board: string, first: number): Mailbox<BoardPage> {
    const { boards, changes, polling } = this.#options;
    const watch: Watch<BoardPage, BoardPage> = {
      key: JSON.stringify(['board', tenantKey(tenant), board, first]),
      field: 'leaderboard',
      read: () => boards.page(tenant, board, { first }),
      isAwake: () => changes.isAwake(tenant),
      news: boardNews,
    };
    return polling.listen(watch);
  }

  /** Dead letters as they arrive, those of one look in one message. */
  letters(tenant: Tenant): Mailbox<readonly ArrivedLetter[]> {
    const { boards, polling } = this.#options;
    const watch: Watch<readonly ArrivedLetter[], readonly ArrivedLetter[]> = {
      key: JSON.stringify(['letters', tenantKey(tenant)]),
      field: 'deadLetters',
      read: () => boards.newestLetters(tenant),
      // Letters change no player, so nothing is heard of them.
      isAwake: () => true,
      news: letterNews,
      merge: (waiting, next) => [...next, ...waiting].slice(0, MAX_WAITING_LETTERS),
    };
    return polling.listen(watch);
  }
}
