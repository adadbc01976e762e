import { type DeadLetter, MAX_DEAD_LETTER_ORIGINAL_BYTES } from '#catalog/events/index.ts';
import type { Judgement, Request } from './batch.ts';
import { isObject } from './formats/format.ts';
import { originalsOf } from './originals.ts';
import { eventIdOf } from './uuid.ts';
import type { Reason } from './verdict.ts';

const describe = ({ path, value, rule, fix }: Reason): string => {
  const found = value === undefined ? 'missing' : JSON.stringify(value);
  return `${path} is ${found}; rule: ${rule}. ${fix}`;
};

function textOf(event: unknown, name: string): string | undefined {
  const value = isObject(event) ? event[name] : undefined;
  return typeof value === 'string' ? value.slice(0, 128) : undefined;
}

function deadLetter(request: Request, event: unknown, refused: { original: string; reason: Reason }): DeadLetter {
  const { admission, format } = request;
  const { reason, original } = refused;
  const bytes = Buffer.from(original);
  const [event_id, event_type] = [textOf(event, 'event_id'), textOf(event, 'event_type')];
  return {
    dead_letter_id: eventIdOf(admission.game, `dead-letter\n${reason.code}\n${original}`),
    reason: reason.code,
    detail: describe(reason),
    path: reason.path,
    service: 'event-ingestion-service',
    game_id: admission.game,
    data_class: admission.dataClass,
    ...(event_id === undefined ? {} : { event_id }),
    ...(event_type === undefined ? {} : { event_type }),
    format: format.name,
    original: bytes.subarray(0, MAX_DEAD_LETTER_ORIGINAL_BYTES).toString('base64'),
    original_bytes: bytes.length,
    truncated: bytes.length > MAX_DEAD_LETTER_ORIGINAL_BYTES,
    received_at: admission.receivedAt,
    failed_at: admission.receivedAt,
  };
}

/** The refused events that are worth keeping, with their reason and their original bytes. */
export function deadLettersOf(request: Request, { kept, outcomes }: Judgement): readonly DeadLetter[] {
  if (kept.length === 0) return [];
  const originals = originalsOf(request.json, request.format.listProperty);
  return kept.flatMap((place) => {
    const verdict = outcomes[place]?.verdict;
    const original = originals[place];
    if (verdict?.status !== 'rejected' || original === undefined) return [];
    return [deadLetter(request, request.events[place], { original, reason: verdict.reason })];
  });
}
