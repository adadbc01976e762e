import { type Static, Type } from 'typebox';

const UUID = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$';

/** Bounds of identifiers: long enough for every platform's ids, short enough for an index. */
export const MAX_IDENTIFIER_LENGTH = 128;

/** Of a property's name: what an index over properties can bear. */
export const MAX_PROPERTY_NAME_LENGTH = 64;

export const Identifier = Type.String({
  minLength: 1,
  maxLength: MAX_IDENTIFIER_LENGTH,
  pattern: '^[^\\u0000-\\u001f]+$',
});

export const EventId = Type.String({ pattern: UUID, description: 'UUID; the same event sent twice has the same id' });

/** Test traffic of a game and real traffic; they never mix in an answer. */
export const DataClass = Type.Union([Type.Literal('production'), Type.Literal('sandbox')]);
export type DataClass = Static<typeof DataClass>;

/** A record type in JSON Schema forgets the bound of its names, so it is said with `propertyNames`. */
const Properties = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  propertyNames: { maxLength: MAX_PROPERTY_NAME_LENGTH },
});

/** What a game sends: one envelope for every event (spec, services.md). Times are RFC 3339 in UTC. */
export const IncomingEvent = Type.Object(
  {
    event_id: EventId,
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
    properties: Properties,
  },
  { additionalProperties: false },
);
export type IncomingEvent = Static<typeof IncomingEvent>;

/** What stands in `player.events.raw`: the incoming event, the server's clock and how it came. */
export const AcceptedEvent = Type.Object(
  {
    ...IncomingEvent.properties,
    received_at: Type.String({ format: 'date-time', description: "the server's clock" }),
    data_class: DataClass,
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
