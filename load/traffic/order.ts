import type { IncomingEvent } from '#catalog/events/index.ts';

/** A source of events in time order, a group at a time; undefined when there is nothing more. */
export interface Schedule {
  nextEvents(): readonly IncomingEvent[] | undefined;
}

interface Cursor {
  readonly schedule: Schedule;
  /** Breaks ties, so that the order is always the same. */
  readonly number: number;
  events: readonly IncomingEvent[];
  position: number;
  /** The time of the event at the position; text of equal shape compares like time. */
  time: string;
}

/** Merges many sources into one time order: a binary heap of cursors. */
export class TimeOrder {
  readonly #heap: Cursor[] = [];

  constructor(schedules: Iterable<Schedule>) {
    let number = 0;
    for (const schedule of schedules) this.add(schedule, number++);
  }

  add(schedule: Schedule, number: number): void {
    const events = schedule.nextEvents();
    const [first] = events ?? [];
    if (!events || !first) return;
    this.#heap.push({ schedule, number, events, position: 0, time: first.event_timestamp });
    this.#rise(this.#heap.length - 1);
  }

  *events(): Generator<IncomingEvent, void, undefined> {
    for (let event = this.next(); event; event = this.next()) yield event;
  }

  /** The time of the next event, or undefined when there is none. */
  get nextTime(): string | undefined {
    return this.#heap[0]?.time;
  }

  next(): IncomingEvent | undefined {
    const [cursor] = this.#heap;
    const event = cursor?.events[cursor.position];
    if (!cursor || !event) return undefined;
    if (!this.#advance(cursor)) this.#removeFirst();
    this.#sink(0);
    return event;
  }

  #advance(cursor: Cursor): boolean {
    cursor.position += 1;
    if (cursor.position >= cursor.events.length) {
      cursor.events = cursor.schedule.nextEvents() ?? [];
      cursor.position = 0;
    }
    const event = cursor.events[cursor.position];
    if (event) cursor.time = event.event_timestamp;
    return event !== undefined;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last && this.#heap.length > 0) this.#heap[0] = last;
  }

  #before(one: Cursor | undefined, other: Cursor | undefined): boolean {
    if (!one || !other) return false;
    return one.time === other.time ? one.number < other.number : one.time < other.time;
  }

  #swap(one: number, other: number): void {
    const [first, second] = [this.#heap[one], this.#heap[other]];
    if (!first || !second) return;
    this.#heap[one] = second;
    this.#heap[other] = first;
  }

  #rise(from: number): void {
    for (let child = from; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.#before(this.#heap[child], this.#heap[parent])) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #sink(from: number): void {
    for (let parent = from; ; ) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2];
      const child = this.#before(this.#heap[right], this.#heap[left]) ? right : left;
      if (!this.#before(this.#heap[child], this.#heap[parent])) return;
      this.#swap(child, parent);
      parent = child;
    }
  }
}
