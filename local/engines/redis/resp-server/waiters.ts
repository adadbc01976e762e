import type { Reply } from './protocol/reply.ts';
import type { Session } from './session.ts';

interface Waiter {
  readonly session: Session;
  /** The answer, once there is one. */
  readonly attempt: () => Reply | undefined;
  readonly finish: (reply: Reply) => void;
}

export interface Wait {
  readonly keys: readonly string[];
  readonly attempt: () => Reply | undefined;
  /** 0 waits for ever. */
  readonly timeoutMillis: number;
  readonly timeoutReply: Reply;
}

/** Commands that wait for a key to change (XREAD BLOCK). */
export class Waiters {
  readonly #waiting = new Map<string, Set<Waiter>>();
  readonly #ready = new Set<string>();

  /** Answers when the attempt succeeds or the time is over; until then the session takes no other request. */
  wait(session: Session, { keys, attempt, timeoutMillis, timeoutReply }: Wait): void {
    const forget = () => {
      clearTimeout(timer);
      for (const key of keys) this.#leave(key, waiter);
      session.cancelWait = undefined;
    };
    const finish = (reply: Reply) => {
      forget();
      session.reply(reply);
      session.transport.resume();
    };
    const waiter: Waiter = { session, attempt, finish };
    const timer = timeoutMillis > 0 ? setTimeout(() => finish(timeoutReply), timeoutMillis) : undefined;
    session.cancelWait = forget;
    for (const key of keys) this.#waiting.set(key, (this.#waiting.get(key) ?? new Set()).add(waiter));
  }

  changed(key: string): void {
    if (this.#waiting.has(key)) this.#ready.add(key);
  }

  /** To be called between commands: answers those whose keys have changed, in the order in which they came. */
  serve(): void {
    if (this.#ready.size === 0) return;
    const keys = [...this.#ready];
    this.#ready.clear();
    for (const waiter of keys.flatMap((key) => [...(this.#waiting.get(key) ?? [])])) {
      if (!waiter.session.cancelWait) continue;
      const reply = waiter.attempt();
      if (reply !== undefined) waiter.finish(reply);
    }
  }

  #leave(key: string, waiter: Waiter): void {
    const waiters = this.#waiting.get(key);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#waiting.delete(key);
  }
}
