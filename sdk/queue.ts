import type { OutgoingEvent } from './event.ts';

/** Events in the order of their making, at most so many: the oldest makes room. */
export class EventQueue {
  readonly #capacity: number;
  #events: OutgoingEvent[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#events.length;
  }

  get events(): readonly OutgoingEvent[] {
    return this.#events;
  }

  /** Returns how many had to go. */
  push(event: OutgoingEvent): number {
    this.#events.push(event);
    return this.#trim();
  }

  /** Puts events of an earlier run before those of this one. Returns how many had to go. */
  restore(events: readonly OutgoingEvent[]): number {
    const known = new Set(this.#events.map(({ event_id }) => event_id));
    this.#events = [...events.filter(({ event_id }) => !known.has(event_id)), ...this.#events];
    return this.#trim();
  }

  first(count: number): readonly OutgoingEvent[] {
    return this.#events.slice(0, count);
  }

  /** By id: while they were on their way, the oldest may have made room. */
  remove(events: readonly OutgoingEvent[]): void {
    const gone = new Set(events.map(({ event_id }) => event_id));
    this.#events = this.#events.filter(({ event_id }) => !gone.has(event_id));
  }

  clear(): void {
    this.#events = [];
  }

  #trim(): number {
    const excess = Math.max(0, this.#events.length - this.#capacity);
    if (excess > 0) this.#events.splice(0, excess);
    return excess;
  }
}
