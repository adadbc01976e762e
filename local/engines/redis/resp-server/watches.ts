import type { Session } from './session.ts';

/** Which transactions a change of a key spoils. */
export class Watches {
  readonly #watchers = new Map<string, Set<Session>>();

  watch(session: Session, key: string): void {
    session.watched.add(key);
    const watchers = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, watchers.add(session));
  }

  unwatch(session: Session): void {
    for (const key of session.watched) {
      const watchers = this.#watchers.get(key);
      watchers?.delete(session);
      if (watchers?.size === 0) this.#watchers.delete(key);
    }
    session.watched.clear();
    session.watchedChanged = false;
  }

  changed(key: string): void {
    for (const session of this.#watchers.get(key) ?? []) session.watchedChanged = true;
  }
}
