import { argument } from '../arguments.ts';
import { NO_REPLY, type Reply } from '../protocol/reply.ts';
import type { CommandContext, CommandTable } from './command.ts';

type Kind = 'subscribe' | 'unsubscribe' | 'psubscribe' | 'punsubscribe';

/** Applies the change to each name and confirms each with the number of subscriptions that the client then has. */
function change(kind: Kind, apply: (name: string, context: CommandContext) => void) {
  return (args: readonly string[], context: CommandContext): Reply => {
    const { session } = context;
    const current = kind === 'unsubscribe' ? session.channels : session.patterns;
    const names = args.length > 0 ? args : [...current];
    for (const name of names) {
      apply(name, context);
      session.push([kind, name, session.subscriptions]);
    }
    if (names.length === 0) session.push([kind, null, session.subscriptions]);
    return NO_REPLY;
  };
}

const flags = ['no-multi', 'subscribed'] as const;

export const pubsubCommands = {
  PUBLISH: {
    arity: 3,
    flags: [],
    run: (args, { state }) => state.pubsub.publish(argument(args, 0), argument(args, 1)),
  },
  SUBSCRIBE: {
    arity: -2,
    flags,
    run: change('subscribe', (name, { state, session }) => state.pubsub.subscribe(session, name)),
  },
  UNSUBSCRIBE: {
    arity: -1,
    flags,
    run: change('unsubscribe', (name, { state, session }) => state.pubsub.unsubscribe(session, name)),
  },
  PSUBSCRIBE: {
    arity: -2,
    flags,
    run: change('psubscribe', (name, { state, session }) => state.pubsub.subscribePattern(session, name)),
  },
  PUNSUBSCRIBE: {
    arity: -1,
    flags,
    run: change('punsubscribe', (name, { state, session }) => state.pubsub.unsubscribePattern(session, name)),
  },
} satisfies CommandTable;
