import type { OutgoingEvent } from './event.ts';

/** Where events outlive the process or the page. What it holds is personal data of the player. */
export interface EventStorage {
  load(): Promise<readonly OutgoingEvent[]>;
  /** Replaces what was kept. */
  save(events: readonly OutgoingEvent[]): Promise<void>;
}

/** Keeps nothing: events that were not sent end with the page. */
export const memoryStorage = (): EventStorage => ({ load: async () => [], save: async () => undefined });

/** An event that was kept by an older release or changed by somebody is left out: the platform would refuse it. */
const isEvent = (value: unknown): value is OutgoingEvent =>
  typeof value === 'object' && value !== null && 'event_id' in value && 'event_type' in value && 'properties' in value;

/** Text that `save` wrote; anything else counts as nothing kept. */
export function parseEvents(text: string | null | undefined): readonly OutgoingEvent[] {
  if (!text) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isEvent) : [];
  } catch {
    return [];
  }
}

/** What of the Web Storage API is used: `localStorage` has it. */
export type WebStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Keeps events in `localStorage` under one key a game and player. Throws out of `save` when the quota is full. */
export const webStorage = (storage: WebStorage, key = 'gamemetrics.events'): EventStorage => ({
  load: async () => parseEvents(storage.getItem(key)),
  save: async (events) => {
    if (events.length === 0) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(events));
  },
});
