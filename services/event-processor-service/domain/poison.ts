/** Why a record cannot be stored. The code stands in the dead letter and in a metric. */
export type PoisonReason =
  | 'record_empty'
  | 'json_unreadable'
  | 'envelope_invalid'
  | 'content_invalid'
  | 'timestamp_invalid'
  | 'timestamp_ahead'
  | 'timestamp_too_old'
  | 'event_type_unknown'
  | 'event_version_unknown'
  | 'properties_invalid'
  | 'game_unknown'
  | 'too_many_event_types'
  | 'unstorable';

export interface Poison {
  readonly kind: 'poison';
  readonly reason: PoisonReason;
  /** One sentence: the value, the rule and the fix. */
  readonly detail: string;
  /** JSON pointer into the record. */
  readonly path?: string;
  /** What could be read of it, as far as it is of the right kind. */
  readonly about: PoisonSubject;
}

export interface PoisonSubject {
  readonly game_id?: string;
  readonly data_class?: 'production' | 'sandbox';
  readonly player_id?: string;
  readonly event_id?: string;
  readonly event_type?: string;
  readonly received_at?: string;
}

/** Text as PostgreSQL can hold it. */
const storableText = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\ufffd');

export function poison(
  reason: PoisonReason,
  detail: string,
  more: { readonly path?: string; readonly about?: PoisonSubject } = {},
): Poison {
  const path = more.path ? { path: storableText(more.path) } : {};
  return { kind: 'poison', reason, detail: storableText(detail), about: more.about ?? {}, ...path };
}

const maxTextLength = 128;
const isDataClass = (value: unknown): value is 'production' | 'sandbox' =>
  value === 'production' || value === 'sandbox';

/** The identifying parts of something that may or may not be an event. */
export function subjectOf(value: unknown): PoisonSubject {
  if (typeof value !== 'object' || value === null) return {};
  const text = (name: string) => {
    const found: unknown = Reflect.get(value, name);
    return typeof found === 'string' && found !== '' && found.isWellFormed() && !found.includes('\u0000')
      ? { [name]: found.slice(0, maxTextLength) }
      : {};
  };
  const dataClass: unknown = Reflect.get(value, 'data_class');
  const received = Date.parse(String(Reflect.get(value, 'received_at')));
  return {
    ...text('game_id'),
    ...text('player_id'),
    ...text('event_id'),
    ...text('event_type'),
    ...(isDataClass(dataClass) ? { data_class: dataClass } : {}),
    ...(Number.isNaN(received) ? {} : { received_at: new Date(received).toISOString() }),
  };
}
