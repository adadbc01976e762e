import { compileGlob } from './glob.ts';
import type { Session } from './session.ts';

interface PatternSubscribers {
  readonly matches: (channel: string) => boolean;
  readonly sessions: Set<Session>;
}

/** Who listens to what. */
export class PubSub {
  readonly #channels = new Map<string, Set<Session>>();
  readonly #patterns = new Map<string, PatternSubscribers>();

  subscribe(session: Session, channel: string): void {
    session.channels.add(channel);
    const sessions = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, sessions.add(session));
  }

  unsubscribe(session: Session, channel: string): void {
    session.channels.delete(channel);
    const sessions = this.#channels.get(channel);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#channels.delete(channel);
  }

  subscribePattern(session: Session, pattern: string): void {
    session.patterns.add(pattern);
    const subscribers = this.#patterns.get(pattern) ?? { matches: compileGlob(pattern), sessions: new Set() };
    subscribers.sessions.add(session);
    this.#patterns.set(pattern, subscribers);
  }

  unsubscribePattern(session: Session, pattern: string): void {
    session.patterns.delete(pattern);
    const subscribers = this.#patterns.get(pattern);
    subscribers?.sessions.delete(session);
    if (subscribers?.sessions.size === 0) this.#patterns.delete(pattern);
  }

  leave(session: Session): void {
    for (const channel of [...session.channels]) this.unsubscribe(session, channel);
    for (const pattern of [...session.patterns]) this.unsubscribePattern(session, pattern);
  }

  /** Returns how many received it; one that listens in two ways receives it twice. */
  publish(channel: string, message: string): number {
    let receivers = 0;
    for (const session of this.#channels.get(channel) ?? []) {
      session.push(['message', channel, message]);
      receivers += 1;
    }
    for (const [pattern, { matches, sessions }] of this.#patterns) {
      if (!matches(channel)) continue;
      for (const session of sessions) session.push(['pmessage', pattern, channel, message]);
      receivers += sessions.size;
    }
    return receivers;
  }
}
