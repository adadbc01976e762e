import { INGESTION_API } from '#catalog/ingestion-api.ts';
import { Backoff } from './backoff.ts';
import { deliver, type Verdict } from './delivery.ts';
import type { Problem } from './errors.ts';
import { type EventType, newEventId, type OutgoingEvent, type PropertiesOf, versionOf } from './event.ts';
import { type Consent, type GameMetricsOptions, readOptions, type Settings } from './options.ts';
import { EventQueue } from './queue.ts';
import { isSampled } from './sampling.ts';

/** What a browser lets a page send while it ends (Fetch standard, keepalive). */
const KEEPALIVE_BYTES = 60_000;

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

/** The beginning of a list that fits into so many bytes of JSON. */
function fitting(events: readonly OutgoingEvent[], maxBytes: number): readonly OutgoingEvent[] {
  let bytes = 2;
  const count = events.findIndex((event) => {
    bytes += bytesOf(event) + 1;
    return bytes > maxBytes;
  });
  return count === -1 ? events : events.slice(0, count);
}

/** What an event type of the platform must have; a game's own types have what the game likes. */
type PropertiesFor<Type extends string> = Type extends EventType
  ? PropertiesOf<Type>
  : Readonly<Record<string, unknown>>;

/** How much a process that is killed may lose: events of the last moment, in milliseconds. */
const SAVE_INTERVAL_MILLIS = 1_000;

type Timer = ReturnType<typeof setTimeout>;

/** Node ends although a timer waits; a browser has nothing of the kind. */
function release(timer: Timer): Timer {
  if (typeof timer === 'object' && 'unref' in timer) timer.unref();
  return timer;
}

/**
 * The event client of a game, in browsers and in Node. `track` never throws and never waits: events are queued, sent in
 * batches, kept while there is no network and repeated with growing pauses; the platform counts each event once.
 */
export class GameMetrics {
  readonly #settings: Settings;
  readonly #queue: EventQueue;
  readonly #backoff: Backoff;
  readonly #restored: Promise<void>;
  #consent: Consent;
  #playerId: string;
  #sessionId: string | undefined;
  #timer: Timer | undefined;
  #saveTimer: Timer | undefined;
  /** After a failure: the timer is a pause that new events do not shorten. */
  #pausing = false;
  #sending: Promise<boolean> | undefined;
  #saving: Promise<void> = Promise.resolve();
  #batchEvents: number;
  #ended = false;

  /** @throws InvalidOption */
  constructor(options: GameMetricsOptions) {
    this.#settings = readOptions(options);
    const { retryBaseMillis: baseMillis, retryMaxMillis: maxMillis, random } = this.#settings;
    this.#backoff = new Backoff({ baseMillis, maxMillis, random });
    this.#queue = new EventQueue(this.#settings.maxQueuedEvents);
    this.#batchEvents = this.#settings.batchEvents;
    this.#consent = this.#settings.consent;
    this.#playerId = this.#settings.playerId;
    this.#sessionId = this.#settings.sessionId;
    this.#restored = this.#restore();
  }

  get consent(): Consent {
    return this.#consent;
  }

  /** Events that wait for the network or for consent. */
  get queued(): number {
    return this.#queue.size;
  }

  /** An event of the platform's own types, checked by the compiler, or one of the game's. */
  track<Type extends string>(type: Type, properties: PropertiesFor<Type>): void {
    if (this.#ended || this.#consent === 'denied') return;
    if (!isSampled(this.#playerId, type, this.#settings.sampling)) return;
    const event = this.#envelope(type, properties);
    if (!this.#isSendable(event)) return;
    this.#reportFull(this.#queue.push(event));
    this.#saveSoon();
    const full = this.#queue.size >= this.#batchEvents && !this.#pausing;
    if (full) void this.flush();
    else this.#schedule(this.#settings.flushIntervalMillis);
  }

  /** Another player, or the same one in another session: later events are theirs. */
  identify(player: { readonly playerId: string; readonly sessionId?: string }): void {
    this.#playerId = player.playerId;
    this.#sessionId = player.sessionId;
  }

  /** The player's answer. `denied` forgets everything that waits, also what was stored. */
  setConsent(consent: Consent): void {
    this.#consent = consent;
    if (consent === 'denied') this.#queue.clear();
    void this.#save();
    if (consent === 'granted') this.#schedule(0);
  }

  /** Sends what waits, now. Resolves to true when nothing waits any more, to false when the rest must wait longer. */
  async flush(): Promise<boolean> {
    await this.#restored;
    this.#cancel();
    return this.#send();
  }

  /** What a page does when it may end: sends as much as a browser lets it, and stores the rest. */
  async flushBeforeEnd(): Promise<void> {
    if (this.#consent !== 'granted' || this.#sending) return this.#save();
    const events = fitting(this.#queue.first(this.#batchEvents), KEEPALIVE_BYTES);
    if (events.length > 0) this.#settle(await deliver(this.#settings, events, { keepalive: true }), events);
    return this.#save();
  }

  /** Sends what waits and stores what could not be sent; `track` does nothing from now on. */
  async shutdown(): Promise<void> {
    this.#ended = true;
    await this.flush();
    this.#cancel();
    clearTimeout(this.#saveTimer);
    await this.#save();
  }

  #envelope(type: string, properties: Readonly<Record<string, unknown>>): OutgoingEvent {
    const { gameId, appVersion, platform, region, country } = this.#settings;
    return {
      event_id: newEventId(),
      event_type: type,
      event_version: versionOf(type),
      game_id: gameId,
      player_id: this.#playerId,
      ...(this.#sessionId === undefined ? {} : { session_id: this.#sessionId }),
      event_timestamp: new Date().toISOString(),
      ...(appVersion === undefined ? {} : { app_version: appVersion }),
      ...(platform === undefined ? {} : { platform }),
      ...(region === undefined ? {} : { region }),
      ...(country === undefined ? {} : { country }),
      properties: { ...properties },
    };
  }

  #isSendable(event: OutgoingEvent): boolean {
    try {
      const bytes = bytesOf(event);
      if (bytes < INGESTION_API.maxBodyBytes) return true;
      this.#report('EVENT_UNSENDABLE', 1, `${event.event_type} has ${bytes} bytes, more than a request may have.`);
    } catch (error) {
      this.#report('EVENT_UNSENDABLE', 1, `${event.event_type} cannot be written as JSON: ${error}.`);
    }
    return false;
  }

  async #restore(): Promise<void> {
    try {
      const kept = await this.#settings.storage.load();
      if (this.#consent !== 'denied') this.#reportFull(this.#queue.restore(kept));
      if (kept.length > 0) this.#schedule(0);
    } catch (error) {
      this.#report('STORAGE_FAILED', 0, `What was kept could not be read: ${error}.`);
    }
  }

  /** One request at a time, in order. */
  #send(): Promise<boolean> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #sendAll(): Promise<boolean> {
    while (this.#consent === 'granted' && this.#queue.size > 0) {
      const events = fitting(this.#queue.first(this.#batchEvents), INGESTION_API.maxBodyBytes);
      const pause = this.#settle(await deliver(this.#settings, events), events);
      if (pause === undefined) continue;
      await this.#save();
      // Last: a timer that fires while this attempt still runs would find it and start no other.
      this.#schedule(pause);
      this.#pausing = true;
      return false;
    }
    await this.#save();
    return this.#queue.size === 0;
  }

  /** Does what a verdict asks for; returns the pause before the next attempt, or nothing to go on. */
  #settle(verdict: Verdict, events: readonly OutgoingEvent[]): number | undefined {
    if (verdict.kind === 'later') return this.#backoff.next(verdict.retryAfterMillis);
    if (verdict.kind === 'unauthorized') {
      this.#report('UNAUTHORIZED', 0, `The key is not accepted: ${verdict.detail}. Events are kept; correct the key.`);
      return this.#settings.retryMaxMillis;
    }
    if (verdict.kind === 'too_large' && events.length > 1) {
      this.#batchEvents = Math.ceil(events.length / 2);
      return undefined;
    }
    this.#backoff.reset();
    this.#queue.remove(events);
    if (verdict.kind === 'taken') for (const detail of verdict.rejected) this.#report('EVENT_REJECTED', 1, detail);
    else if (verdict.kind === 'too_large')
      this.#report('EVENT_UNSENDABLE', 1, `${events[0]?.event_type} is too large for the platform.`);
    else this.#report('REQUEST_REFUSED', events.length, verdict.detail);
    return undefined;
  }

  #schedule(millis: number): void {
    if (this.#ended || this.#consent !== 'granted' || this.#timer !== undefined) return;
    this.#timer = release(
      setTimeout(() => {
        this.#cancel();
        void this.#restored.then(() => this.#send());
      }, millis),
    );
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pausing = false;
  }

  #saveSoon(): void {
    this.#saveTimer ??= release(
      setTimeout(() => {
        this.#saveTimer = undefined;
        void this.#save();
      }, SAVE_INTERVAL_MILLIS),
    );
  }

  /** One write after the other. */
  #save(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#saveNow());
    return this.#saving;
  }

  async #saveNow(): Promise<void> {
    await this.#restored;
    // Before the player has answered, what an earlier run stored stays, and nothing is added to it.
    if (this.#consent === 'pending') return;
    try {
      await this.#settings.storage.save(this.#queue.events);
    } catch (error) {
      this.#report('STORAGE_FAILED', 0, `${this.#queue.size} events are in memory alone: ${error}.`);
    }
  }

  #reportFull(lost: number): void {
    const { maxQueuedEvents } = this.#settings;
    if (lost > 0) this.#report('QUEUE_FULL', lost, `${maxQueuedEvents} events wait already; the oldest made room.`);
  }

  #report(code: Problem['code'], lostEvents: number, detail: string): void {
    try {
      this.#settings.onProblem({ code, detail, lostEvents });
    } catch {
      // A game's handler must not stop its events.
    }
  }
}
