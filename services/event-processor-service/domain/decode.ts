import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { AcceptedEvent, CLOCK, events } from '#catalog/events/index.ts';
import { type Poison, poison, subjectOf } from './poison.ts';

/** A record of the raw topic that holds an event which can be stored. */
export interface DecodedEvent {
  readonly kind: 'event';
  readonly event: AcceptedEvent;
  /** The record's JSON as it came. */
  readonly value: Buffer;
  readonly timestampMillis: number;
  readonly receivedMillis: number;
  /** False for a custom type: it is stored and counted, and nothing is read from its properties. */
  readonly known: boolean;
}

export type Decoded = DecodedEvent | Poison;

/** A broken clock must not make a partition of its own for every day since 1970. */
export const MAX_EVENT_AGE_YEARS = 10;
const maxAgeMillis = MAX_EVENT_AGE_YEARS * 365.25 * 86_400_000;

const ajv = addFormats.default(new Ajv({ strict: true, strictTypes: false, allErrors: false }), { mode: 'fast' });
const isAcceptedEvent: ValidateFunction<AcceptedEvent> = ajv.compile(AcceptedEvent);

type Validators = ReadonlyMap<string, ReadonlyMap<number, ValidateFunction>>;

const validators: Validators = new Map(
  [...Map.groupBy(events, ({ type }) => type as string)].map(([type, versions]) => [
    type,
    new Map(versions.map(({ version, properties }) => [version as number, ajv.compile(properties)])),
  ]),
);

function describe(errors: readonly ErrorObject[] | null | undefined, below: string): { path: string; rule: string } {
  const [first] = errors ?? [];
  const named = first?.params?.additionalProperty ?? first?.params?.missingProperty;
  const rule = `${first?.message ?? 'does not match its schema'}${typeof named === 'string' ? ` (${named})` : ''}`;
  return { path: `${below}${first?.instancePath ?? ''}` || '/', rule };
}

function unreadable(error: unknown): Poison {
  const reason = error instanceof SyntaxError ? error.message.slice(0, 100) : 'unknown';
  return poison('json_unreadable', `The record is not JSON: ${reason}. Send well-formed JSON.`);
}

/** PostgreSQL's text holds neither U+0000 nor half a surrogate pair, and a reader of JSON stumbles over both. */
function hasOddText(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\u0000') || !value.isWellFormed();
  if (Array.isArray(value)) return value.some(hasOddText);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) => hasOddText(name) || hasOddText(inner));
}

function contentProblem(event: AcceptedEvent, json: string): Poison | undefined {
  if (!json.includes('\\u') || !hasOddText(event)) return undefined;
  const detail = 'A text holds U+0000 or half a surrogate pair, which no store of text can hold. Remove the character.';
  return poison('content_invalid', detail, { about: subjectOf(event) });
}

function typeProblem(event: AcceptedEvent): Poison | undefined {
  const { event_type: type, event_version: version } = event;
  const versions = validators.get(type);
  const isValid = versions?.get(version);
  if (isValid?.(event.properties)) return undefined;
  if (!versions && event.marks.includes('custom')) return undefined;
  const about = subjectOf(event);
  if (!versions) {
    const detail = `The event type "${type}" has no schema and was not accepted as custom. Correct the type, or replay it once this version knows it.`;
    return poison('event_type_unknown', detail, { path: '/event_type', about });
  }
  if (!isValid) {
    const known = [...versions.keys()].join(', ');
    const detail = `Version ${version} of "${type}" is not known; known: ${known}. Send a known one, or replay it once this version knows it.`;
    return poison('event_version_unknown', detail, { path: '/event_version', about });
  }
  const { path, rule } = describe(isValid.errors, '/properties');
  return poison('properties_invalid', `${path} of "${type}" ${rule}. Correct the property.`, { path, about });
}

function clockProblem(event: AcceptedEvent, timestampMillis: number, receivedMillis: number): Poison | undefined {
  const delayMillis = receivedMillis - timestampMillis;
  if (delayMillis <= maxAgeMillis && delayMillis >= -CLOCK.maxAheadMillis) return undefined;
  const more = { path: '/event_timestamp', about: subjectOf(event) };
  const time = `The time "${event.event_timestamp}"`;
  if (delayMillis > maxAgeMillis) {
    const rule = `is more than ${MAX_EVENT_AGE_YEARS} years before its arrival`;
    return poison('timestamp_too_old', `${time} ${rule}. Correct the client's clock.`, more);
  }
  if (delayMillis < 0) {
    const rule = 'is more than 24 hours ahead of its arrival';
    return poison('timestamp_ahead', `${time} ${rule}. Set the client's clock.`, more);
  }
  return poison('timestamp_invalid', `${time} does not exist. Send an RFC 3339 date-time.`, more);
}

function judge(candidate: unknown, json: string, value: Buffer): Decoded {
  if (!isAcceptedEvent(candidate)) {
    const { path, rule } = describe(isAcceptedEvent.errors, '');
    return poison('envelope_invalid', `${path} ${rule}. Correct the envelope.`, { path, about: subjectOf(candidate) });
  }
  const timestampMillis = Date.parse(candidate.event_timestamp);
  const receivedMillis = Date.parse(candidate.received_at);
  const problem =
    clockProblem(candidate, timestampMillis, receivedMillis) ??
    contentProblem(candidate, json) ??
    typeProblem(candidate);
  if (problem) return problem;
  const known = validators.has(candidate.event_type);
  return { kind: 'event', event: candidate, value, timestampMillis, receivedMillis, known };
}

/** What a record of `player.events.raw` holds: an event that can be stored, or the reason why it cannot. */
export function decode(value: Buffer | null): Decoded {
  if (value === null) return poison('record_empty', 'The record has no value. Send an event as its value.');
  const json = value.toString('utf8');
  let candidate: unknown;
  try {
    candidate = JSON.parse(json);
  } catch (error) {
    return unreadable(error);
  }
  return judge(candidate, json, value);
}
