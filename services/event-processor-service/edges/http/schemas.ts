import { type Static, Type } from 'typebox';
import { DataClass, IncomingEvent } from '#catalog/events/index.ts';

const Moment = Type.String({ format: 'date-time' });
const Id = Type.String({ format: 'uuid' });
export const Status = Type.Union([Type.Literal('open'), Type.Literal('replayed'), Type.Literal('discarded')]);

/** A dead letter in a list: everything but what it contains. */
export const Summary = Type.Object({
  dead_letter_id: Id,
  status: Status,
  reason: Type.String(),
  detail: Type.String(),
  path: Type.Optional(Type.String()),
  service: Type.String(),
  game_id: Type.Optional(Type.String()),
  data_class: Type.Optional(DataClass),
  event_id: Type.Optional(Type.String()),
  event_type: Type.Optional(Type.String()),
  failed_at: Moment,
  received_at: Type.Optional(Moment),
  replays: Type.Integer(),
  has_fix: Type.Boolean(),
  changed_at: Type.Optional(Moment),
  changed_by: Type.Optional(Type.String()),
});
export type Summary = Static<typeof Summary>;

export const Detail = Type.Object({
  ...Summary.properties,
  format: Type.String(),
  original: Type.String({ description: 'the bytes as they came, base64' }),
  original_text: Type.Optional(Type.String({ description: 'the same as text, where they are UTF-8' })),
  original_bytes: Type.Integer(),
  truncated: Type.Boolean(),
  original_topic: Type.Optional(Type.String()),
  original_partition: Type.Optional(Type.Integer()),
  original_offset: Type.Optional(Type.String()),
  fixed: Type.Optional(Type.Unknown({ description: 'the corrected event' })),
});
export type Detail = Static<typeof Detail>;

export const ListQuery = Type.Object({
  game_id: Type.Optional(Type.String({ maxLength: 128 })),
  reason: Type.Optional(Type.String({ maxLength: 64 })),
  status: Type.Optional(Status),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: 'next_cursor of the page before' })),
});

export const Page = Type.Object({
  dead_letters: Type.Array(Summary),
  next_cursor: Type.Optional(Type.String()),
});

export const OneParameters = Type.Object({ id: Id });

export const Fix = Type.Object({ event: IncomingEvent }, { additionalProperties: false });

export const ReplayAnswer = Type.Object({
  dead_letter_id: Id,
  status: Status,
  /** False when it had been replayed before: nothing was sent again. */
  replayed_now: Type.Boolean(),
  replays: Type.Integer(),
  event_id: Type.String(),
});
