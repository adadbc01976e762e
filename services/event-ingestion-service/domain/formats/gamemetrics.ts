import type { Format, Outcome } from './format.ts';
import { isObject } from './format.ts';

function resultOf({ id, verdict }: Outcome): string {
  // What was not refused has a UUID for an id, which needs no escaping.
  if (verdict.status !== 'rejected') return `{"event_id":"${id}","status":"${verdict.status}"}`;
  return `{"event_id":${JSON.stringify(id)},"status":"rejected","reason":${JSON.stringify(verdict.reason)}}`;
}

function countsOf(outcomes: readonly Outcome[]): string {
  const counts = { accepted: 0, duplicate: 0, rejected: 0 };
  for (const { verdict } of outcomes) counts[verdict.status] += 1;
  return `"accepted":${counts.accepted},"duplicates":${counts.duplicate},"rejected":${counts.rejected}`;
}

/** Our own envelope: a list of events, or one. */
export const gamemetrics: Format = {
  name: 'gamemetrics',
  sources: {},
  eventsOf: (body) => {
    if (Array.isArray(body)) return body;
    return isObject(body) ? [body] : { rule: 'an event or a list of events', fix: 'Send {…} or [{…},{…}].' };
  },
  toEnvelope: (event) => event,
  idOf: (event) => (isObject(event) && typeof event.event_id === 'string' ? event.event_id : null),
  answer: (outcomes) => `{${countsOf(outcomes)},"results":[${outcomes.map(resultOf).join(',')}]}`,
};
