import type { StorableEvent } from './event.ts';

/** When sessions began, as far as their start was seen lately; bounded like the known players. */
export class SessionStarts {
  readonly #maxSessions: number;
  #young = new Map<string, number>();
  #old = new Map<string, number>();

  constructor(maxSessions: number) {
    this.#maxSessions = maxSessions;
  }

  /** The start of the event's session, in milliseconds since 1970; undefined when it is not known here. */
  of({ event, timestampMillis, series }: StorableEvent): number | undefined {
    if (event.session_id === undefined) return undefined;
    const key = `${series.tenant.id} ${event.session_id}`;
    const known = this.#young.get(key) ?? this.#old.get(key);
    if (event.event_type !== 'session_start') return known;
    const started = Math.min(known ?? timestampMillis, timestampMillis);
    if (this.#young.size >= this.#maxSessions / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, started);
    return started;
  }
}
