import { CLOCK } from '#catalog/events/index.ts';
import { INGESTION_API } from '#catalog/ingestion-api.ts';
import { sendErrors } from './errors.ts';

export type FormatName = 'gamemetrics' | 'aws-game-analytics';

/** What is wrong with one line. */
export interface LineProblem {
  readonly line: number;
  readonly path: string;
  readonly value?: unknown;
  readonly rule: string;
  readonly fix: string;
}

export type Found = Omit<LineProblem, 'line'>;

/** What became of one event of a request. */
export interface EventResult {
  readonly status: 'accepted' | 'duplicate' | 'rejected';
  readonly problem?: Found;
}

type Fields = Readonly<Record<string, unknown>>;

export interface LineFormat {
  readonly name: FormatName;
  readonly path: (game: string) => string;
  /** Several events as the body of one request. */
  readonly body: (events: readonly string[]) => string;
  /** The event of a parsed line; undefined when the line is it. */
  readonly unwrap: (line: Fields) => Fields | undefined;
  /** When it happened, in milliseconds; NaN where the server will say what is wrong. */
  readonly timeOf: (event: Fields) => number;
  readonly resultsOf: (answer: unknown) => readonly EventResult[];
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (answer: unknown, property: string): readonly unknown[] => {
  const list = isFields(answer) ? answer[property] : undefined;
  return Array.isArray(list) ? list : [];
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function foundOf(reason: unknown): Found {
  if (!isFields(reason)) return { path: '/', rule: 'accepted by the platform', fix: 'Look at its dead letters.' };
  const { path, value, rule, fix } = reason;
  return { path: text(path), ...(value === undefined ? {} : { value }), rule: text(rule), fix: text(fix) };
}

function ownResult(result: unknown): EventResult {
  const { status, reason }: Fields = isFields(result) ? result : {};
  if (status === 'accepted' || status === 'duplicate') return { status };
  return { status: 'rejected', problem: foundOf(reason) };
}

function awsResult(result: unknown): EventResult {
  const { Result, Duplicate, Reason }: Fields = isFields(result) ? result : {};
  if (Result !== 'Ok') return { status: 'rejected', problem: foundOf(Reason) };
  return { status: Duplicate === true ? 'duplicate' : 'accepted' };
}

const formats: Readonly<Record<FormatName, LineFormat>> = {
  gamemetrics: {
    name: 'gamemetrics',
    path: () => INGESTION_API.eventsPath,
    body: (events) => `[${events.join(',')}]`,
    unwrap: () => undefined,
    timeOf: ({ event_timestamp }) => Date.parse(text(event_timestamp)),
    resultsOf: (answer) => listOf(answer, 'results').map(ownResult),
  },
  'aws-game-analytics': {
    name: 'aws-game-analytics',
    path: INGESTION_API.awsGameAnalyticsPath,
    body: (events) => `{"events":[${events.join(',')}]}`,
    // The pipeline's own stream and raw files wrap the event and name the application beside it.
    unwrap: ({ event }) => (isFields(event) ? event : undefined),
    timeOf: ({ event_timestamp }) => (typeof event_timestamp === 'number' ? event_timestamp * 1000 : Number.NaN),
    resultsOf: (answer) => listOf(answer, 'Events').map(awsResult),
  },
};

export const formatNamed = (name: FormatName): LineFormat => formats[name];

/** Tells the format by the first event of a file. Errors: FORMAT_UNKNOWN. */
export function sniff(line: Fields): LineFormat {
  const event = isFields(line.event) ? line.event : line;
  if ('event_name' in event && typeof event.event_timestamp === 'number') return formats['aws-game-analytics'];
  if ('event_type' in event && typeof event.event_timestamp === 'string') return formats.gamemetrics;
  const names = Object.keys(event).slice(0, 8).join(', ');
  throw sendErrors.FORMAT_UNKNOWN({ detail: `An event with the fields ${names || '(none)'} is of no known format.` });
}

const notObject: Found = {
  path: '/',
  rule: 'a line is one JSON object',
  fix: 'Write one event a line, without commas between them.',
};

/** A line as an object, or what is wrong with it. */
export function parseLine(line: string): { readonly fields: Fields } | { readonly problem: Found } {
  const shown = line.slice(0, 80);
  try {
    const value: unknown = JSON.parse(line);
    return isFields(value) ? { fields: value } : { problem: { ...notObject, value: shown } };
  } catch {
    return { problem: { path: '/', value: shown, rule: 'a line is well-formed JSON', fix: 'Correct the line.' } };
  }
}

const lateHours = CLOCK.lateAfterMillis / 3_600_000;

/** Old events restate the past, so they are sent only when that is wanted. */
export function ageProblem(event: Fields, millis: number, nowMillis: number): Found | undefined {
  if (!(nowMillis - millis > CLOCK.lateAfterMillis)) return undefined;
  return {
    path: '/event_timestamp',
    value: event.event_timestamp,
    rule: `not older than ${lateHours} hours, unless this is a backfill`,
    fix: 'Send the file with --backfill.',
  };
}
