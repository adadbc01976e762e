import { isAscii } from 'node:buffer';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { AcceptedEvent, CLOCK, events } from '#catalog/events/index.ts';
import { type DeviceClass, deviceClassOf } from './devices.ts';
import { READ_TYPES } from './fold.ts';
import { propertiesRange } from './json-range.ts';
import { type Poison, poison, subjectOf } from './poison.ts';

/**
 * What is kept of an event from decoding to publishing. Thousands of them live through a transaction, so what became a
 * number or stands in the record anyway is let go: what lives long costs the garbage collector most.
 */
export interface KeptEvent
  extends Pick<
    AcceptedEvent,
    'event_id' | 'event_type' | 'event_version' | 'game_id' | 'data_class' | 'player_id' | 'marks' | 'properties'
  > {
  readonly session_id: string | undefined;
  readonly app_version: string | undefined;
  readonly platform: string | undefined;
  readonly region: string | undefined;
  readonly country: string | undefined;
  /** Of known types that something is read from; of the others it is empty. */
  readonly properties: AcceptedEvent['properties'];
}

/** A record of the raw topic that holds an event which can be stored. */
export interface DecodedEvent {
  readonly kind: 'event';
  readonly event: KeptEvent;
  readonly deviceClass: DeviceClass;
  /** The JSON of the properties: bytes of the record, or text where they could not be found there. */
  readonly propertiesFrom: number;
  readonly propertiesTo: number;
  readonly propertiesJson: string | undefined;
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

const nothing = {};
const noMarks: AcceptedEvent['marks'] = [];

function keptOf(event: AcceptedEvent): KeptEvent {
  return {
    event_id: event.event_id,
    event_type: event.event_type,
    event_version: event.event_version,
    game_id: event.game_id,
    data_class: event.data_class,
    player_id: event.player_id,
    session_id: event.session_id,
    app_version: event.app_version,
    platform: event.platform,
    region: event.region,
    country: event.country,
    marks: event.marks.length === 0 ? noMarks : event.marks,
    properties: READ_TYPES.has(event.event_type) ? event.properties : nothing,
  };
}

/** The events of a request arrive at one moment. */
let lastReceived = { text: '', millis: 0 };

function receivedAt(text: string): number {
  if (text !== lastReceived.text) lastReceived = { text, millis: Date.parse(text) };
  return lastReceived.millis;
}

function judge(candidate: unknown, json: string, ascii: boolean): Decoded {
  if (!isAcceptedEvent(candidate)) {
    const { path, rule } = describe(isAcceptedEvent.errors, '');
    return poison('envelope_invalid', `${path} ${rule}. Correct the envelope.`, { path, about: subjectOf(candidate) });
  }
  const timestampMillis = Date.parse(candidate.event_timestamp);
  const receivedMillis = receivedAt(candidate.received_at);
  const problem =
    clockProblem(candidate, timestampMillis, receivedMillis) ??
    contentProblem(candidate, json) ??
    typeProblem(candidate);
  if (problem) return problem;
  const known = validators.has(candidate.event_type);
  // Characters are bytes in ASCII only.
  const range = ascii ? propertiesRange(json) : undefined;
  return {
    kind: 'event',
    event: keptOf(candidate),
    deviceClass: deviceClassOf(candidate),
    propertiesFrom: range?.from ?? 0,
    propertiesTo: range?.to ?? 0,
    propertiesJson: range ? undefined : JSON.stringify(candidate.properties),
    timestampMillis,
    receivedMillis,
    known,
  };
}

/** What a record of `player.events.raw` holds: an event that can be stored, or the reason why it cannot. */
export function decode(value: Buffer | null): Decoded {
  if (value === null) return poison('record_empty', 'The record has no value. Send an event as its value.');
  const ascii = isAscii(value);
  const json = value.toString(ascii ? 'latin1' : 'utf8');
  let candidate: unknown;
  try {
    candidate = JSON.parse(json);
  } catch (error) {
    return unreadable(error);
  }
  return judge(candidate, json, ascii);
}
