import { eventIdOf } from '../uuid.ts';
import { shown } from '../verdict.ts';
import { eventTypeOf, lift, without } from './fields.ts';
import { type Format, firstText, isObject, listUnder, type Outcome, Unmappable } from './format.ts';

type Message = Readonly<Record<string, unknown>>;

/**
 * Segment's HTTP API, `POST /v1/batch`. Source: its specification of calls. A `track` call becomes an event of the name
 * it gives; the other calls become an event of their own name. The player is `userId`, else `anonymousId`.
 */
const calls: Readonly<Record<string, (message: Message) => Readonly<Record<string, unknown>>>> = {
  track: ({ properties }) => objectOr(properties),
  identify: ({ traits }) => ({ traits: objectOr(traits) }),
  page: ({ properties, name, category }) => ({ ...objectOr(properties), ...texts({ name, category }) }),
  screen: ({ properties, name, category }) => ({ ...objectOr(properties), ...texts({ name, category }) }),
  group: ({ traits, groupId }) => ({ traits: objectOr(traits), ...texts({ group_id: groupId }) }),
  alias: ({ previousId }) => texts({ previous_id: previousId }),
};

const rules = {
  object: { rule: 'a message is an object', fix: 'Send {"type":"track","event":…,"userId":…,"messageId":…}.' },
  type: { rule: `one of ${Object.keys(calls).join(', ')}`, fix: 'Send one of these calls.' },
  event: { rule: 'a track call names its event, with a letter in it', fix: 'Add "event", such as "Level Completed".' },
  id: { rule: '"messageId" is required', fix: 'Add "messageId", an id of its own for every message.' },
  player: { rule: '"userId" or "anonymousId" says who', fix: 'Add one of them.' },
  time: { rule: '"timestamp" or "originalTimestamp" is required', fix: 'Add "timestamp" in ISO 8601.' },
} as const;

const objectOr = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});

const texts = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'string'));

/** Of the context only what the envelope has a place for is kept; addresses and user agents are not. */
function contextOf(message: Message): Readonly<Record<string, unknown>> {
  const context = objectOr(message.context);
  const [app, os, device, location] = ['app', 'os', 'device', 'location'].map((part) => objectOr(context[part]));
  const session = context.sessionId ?? objectOr(message.properties).session_id;
  const version = firstText(app?.version)?.slice(0, 64);
  return {
    ...(version ? { app_version: version } : {}),
    ...lift({
      session_id: typeof session === 'number' ? String(session) : session,
      platform: firstText(os?.name, device?.type)?.toLowerCase(),
      country: location?.country,
    }),
  };
}

function typeOf(message: Message): string | undefined {
  if (message.type !== 'track') return String(message.type);
  const name = firstText(message.event);
  return name ? eventTypeOf(name) : undefined;
}

function toEnvelope(message: unknown, game: string): unknown | Unmappable {
  if (!isObject(message)) return new Unmappable('/', shown(message), rules.object);
  const properties = typeof message.type === 'string' && Object.hasOwn(calls, message.type) && calls[message.type];
  if (!properties) return new Unmappable('/type', shown(message.type), rules.type);
  const type = typeOf(message);
  if (!type) return new Unmappable('/event', shown(message.event), rules.event);
  const id = firstText(message.messageId);
  if (!id) return new Unmappable('/messageId', shown(message.messageId), rules.id);
  const player = firstText(message.userId, message.anonymousId);
  if (!player) return new Unmappable('/userId', shown(message.userId), rules.player);
  const time = firstText(message.timestamp, message.originalTimestamp);
  if (!time) return new Unmappable('/timestamp', shown(message.timestamp), rules.time);
  const known = contextOf(message);
  return {
    event_id: eventIdOf(game, id),
    event_type: type,
    event_version: 1,
    game_id: game,
    player_id: player,
    event_timestamp: time,
    ...known,
    properties: without(properties(message), new Set('session_id' in known ? ['session_id'] : [])),
  };
}

const isRejected = ({ verdict }: Outcome) => verdict.status === 'rejected';

function refusalOf({ id, verdict }: Outcome) {
  return { messageId: id, ...(verdict.status === 'rejected' ? { reason: verdict.reason } : {}) };
}

export const segment: Format = {
  name: 'segment',
  listProperty: 'batch',
  sources: {
    '/event_type': '/event',
    '/player_id': '/userId',
    '/event_timestamp': '/timestamp',
  },
  eventsOf: (body) => listUnder(body, 'batch'),
  toEnvelope,
  idOf: (message) => (isObject(message) && typeof message.messageId === 'string' ? message.messageId : null),
  answer: (outcomes) => {
    const refused = outcomes.filter(isRejected).map(refusalOf);
    return JSON.stringify({ success: true, ...(refused.length > 0 ? { rejected: refused } : {}) });
  },
};
