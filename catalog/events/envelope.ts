import { type Static, Type } from 'typebox';

const UUID = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$';

/** Bounds of identifiers: long enough for every platform's ids, short enough for an index. */
export const MAX_IDENTIFIER_LENGTH = 128;

const Identifier = Type.String({ minLength: 1, maxLength: MAX_IDENTIFIER_LENGTH, pattern: '^[^\\u0000-\\u001f]+$' });

/** What a game sends: one envelope for every event (spec, services.md). Times are RFC 3339 in UTC. */
export const IncomingEvent = Type.Object(
  {
    event_id: Type.String({ pattern: UUID, description: 'UUID; the same event sent twice has the same id' }),
    event_type: Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }),
    event_version: Type.Integer({ minimum: 1, maximum: 1_000 }),
    game_id: Identifier,
    player_id: Identifier,
    session_id: Type.Optional(Identifier),
    event_timestamp: Type.String({ format: 'date-time', description: "the client's clock" }),
    app_version: Type.Optional(Type.String({ maxLength: 64 })),
    platform: Type.Optional(Type.String({ maxLength: 32 })),
    region: Type.Optional(Type.String({ maxLength: 32 })),
    country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' })),
    properties: Type.Record(Type.String({ maxLength: 64 }), Type.Unknown()),
  },
  { additionalProperties: false },
);
export type IncomingEvent = Static<typeof IncomingEvent>;

/** What stands in `player.events.raw`: the incoming event, the server's clock and how it came. */
export const AcceptedEvent = Type.Object(
  {
    ...IncomingEvent.properties,
    received_at: Type.String({ format: 'date-time', description: "the server's clock" }),
    data_class: Type.Union([Type.Literal('production'), Type.Literal('sandbox')]),
    /** Accepted although old: `late` by its own clock, `backfill` on request. */
    marks: Type.Array(Type.Union([Type.Literal('late'), Type.Literal('backfill'), Type.Literal('custom')]), {
      uniqueItems: true,
    }),
  },
  { additionalProperties: false },
);
export type AcceptedEvent = Static<typeof AcceptedEvent>;

/** Clock rule: further ahead than this is rejected; further behind is accepted and marked late. */
export const CLOCK = { maxAheadMillis: 24 * 3_600_000, lateAfterMillis: 24 * 3_600_000 } as const;
