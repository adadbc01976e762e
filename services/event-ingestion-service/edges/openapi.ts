import { type TSchema, Type } from 'typebox';
import { IncomingEvent } from '#catalog/events/index.ts';
import { INGESTION_API } from '#catalog/ingestion-api.ts';

/** What `/openapi.json` says of an endpoint. */
export interface ApiDescription {
  readonly summary: string;
  readonly description: string;
  readonly body: TSchema;
  readonly querystring: TSchema;
  readonly headers: TSchema;
  readonly params?: TSchema;
  readonly response: Readonly<Record<number, TSchema>>;
}

const Reason = Type.Object({
  code: Type.String(),
  path: Type.String({ description: 'JSON pointer into the event as it was sent' }),
  value: Type.Optional(Type.Unknown()),
  rule: Type.String(),
  fix: Type.String(),
});

const Result = Type.Object({
  event_id: Type.Union([Type.String(), Type.Null()]),
  status: Type.Union([Type.Literal('accepted'), Type.Literal('duplicate'), Type.Literal('rejected')]),
  reason: Type.Optional(Reason),
});

const Results = Type.Object({
  accepted: Type.Integer(),
  duplicates: Type.Integer(),
  rejected: Type.Integer(),
  results: Type.Array(Result, { description: 'one for every event, in the order sent' }),
});

const AwsEvent = Type.Object({
  event_id: Type.String(),
  event_type: Type.String({ description: 'a grouping; kept as the property event_type' }),
  event_name: Type.String({ description: 'what happened; our event_type' }),
  event_timestamp: Type.Number({ description: 'seconds since the epoch' }),
  event_version: Type.Optional(Type.String({ description: 'such as 1.0.0; its first number is our event_version' })),
  app_version: Type.Optional(Type.String()),
  event_data: Type.Object({
    player_id: Type.Optional(Type.String()),
    user_id: Type.Optional(Type.String({ description: 'the player where there is no player_id' })),
  }),
});

const AwsResults = Type.Object({
  Total: Type.Integer(),
  FailedRecordCount: Type.Integer(),
  Events: Type.Array(
    Type.Object({
      Result: Type.Union([Type.Literal('Ok'), Type.Literal('Error')]),
      ErrorCode: Type.Optional(Type.String()),
      EventId: Type.Union([Type.String(), Type.Null()]),
      Duplicate: Type.Optional(Type.Literal(true)),
      Reason: Type.Optional(Reason),
    }),
  ),
});

const SegmentMessage = Type.Object({
  type: Type.Union(['track', 'identify', 'page', 'screen', 'group', 'alias'].map((call) => Type.Literal(call))),
  messageId: Type.String(),
  event: Type.Optional(Type.String({ description: 'of track; our event_type in snake case' })),
  userId: Type.Optional(Type.String()),
  anonymousId: Type.Optional(Type.String()),
  timestamp: Type.String({ format: 'date-time' }),
  properties: Type.Optional(Type.Object({})),
  traits: Type.Optional(Type.Object({})),
  context: Type.Optional(Type.Object({})),
});

const problem = (description: string) => Type.Unsafe({ $ref: 'ProblemDetails#', description });

const refusals = {
  400: problem('The body cannot be read; nothing was accepted.'),
  401: problem('The API key or token is missing, unknown, revoked or expired.'),
  403: problem('The credential is for another game, or has no role that may write.'),
  413: problem('More bytes or events than one request may have.'),
  415: problem('Not JSON, or an encoding other than gzip.'),
  429: problem('Above the rate of the instance or the quota of the game; Retry-After says when to send it again.'),
  503: problem('The brokers are away and the buffer is full; nothing may be taken as stored. See Retry-After.'),
};

const headers = Type.Object({
  [INGESTION_API.backfillHeader]: Type.Optional(Type.Literal('true', { description: 'old events are wanted' })),
  [INGESTION_API.gameHeader]: Type.Optional(Type.String({ description: 'for a token that is good for several games' })),
  [INGESTION_API.apiKeyHeader]: Type.Optional(Type.String({ description: 'instead of Authorization' })),
});
const querystring = Type.Object({ backfill: Type.Optional(Type.Literal('true')) });

const durable = 'The answer comes once every accepted event is durable; it states per event what happened.';

export const descriptions = {
  gamemetrics: {
    summary: 'Send one event or a list of events',
    description: `At most ${INGESTION_API.maxBatchEvents} events and ${INGESTION_API.maxBodyBytes} bytes; gzip is accepted. ${durable}`,
    body: Type.Union([IncomingEvent, Type.Array(IncomingEvent, { maxItems: INGESTION_API.maxBatchEvents })]),
    querystring,
    headers,
    response: { 200: Results, ...refusals },
  },
  awsGameAnalytics: {
    summary: 'Send events in the format of the AWS Game Analytics Pipeline',
    description: `application_id is the game's id. ${durable}`,
    params: Type.Object({ application_id: Type.String() }),
    body: Type.Object({ events: Type.Array(AwsEvent, { maxItems: INGESTION_API.maxBatchEvents }) }),
    querystring,
    headers,
    response: { 200: AwsResults, ...refusals },
  },
  segment: {
    summary: "Send messages in the format of Segment's batch call",
    description: `The API key is the user name of Basic authentication. ${durable}`,
    body: Type.Object({ batch: Type.Array(SegmentMessage, { maxItems: INGESTION_API.maxBatchEvents }) }),
    querystring,
    headers,
    response: {
      200: Type.Object({
        success: Type.Literal(true),
        rejected: Type.Optional(
          Type.Array(
            Type.Object({ messageId: Type.Union([Type.String(), Type.Null()]), reason: Type.Optional(Reason) }),
          ),
        ),
      }),
      ...refusals,
    },
  },
} as const satisfies Readonly<Record<string, ApiDescription>>;
