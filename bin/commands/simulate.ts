import { type Command, JSON_OPTION } from '../command.ts';
import { finish, TARGET_OPTIONS, targetOf, throttled } from './send.ts';

const DAY_MILLIS = 86_400_000;
const BOUNDS = { players: { min: 1, max: 1_000_000 }, days: { min: 1, max: 366 } } as const;
const DEFAULTS = { players: '200', days: '14', seed: '1' } as const;

export const simulate: Command = {
  name: 'simulate',
  summary: 'Send the past days of simulated players: sessions, matches, purchases, refunds, all from a seed.',
  arguments: [],
  options: [
    { name: 'players', value: 'N', description: 'how many install within the days', default: DEFAULTS.players },
    { name: 'days', value: 'N', description: 'how many days, up to now', default: DEFAULTS.days },
    {
      name: 'seed',
      value: 'TEXT',
      description: 'the same seed on the same day gives the same players and events',
      default: DEFAULTS.seed,
    },
    { name: 'file', value: 'FILE', description: 'write the events there (one JSON a line) instead of sending them' },
    ...TARGET_OPTIONS,
    JSON_OPTION,
  ],
  examples: [
    'npm run gm -- simulate --players 500 --days 30',
    'npm run gm -- simulate --seed demo --file events.ndjson',
  ],
  async run(input, terminal) {
    const [{ simulate: eventsOf }, { sendEvents }] = await Promise.all([
      import('#load/traffic/simulate.ts'),
      import('#load/send/index.ts'),
    ]);
    const days = input.number('days', BOUNDS.days) ?? Number(DEFAULTS.days);
    const players = input.number('players', BOUNDS.players) ?? Number(DEFAULTS.players);
    const from = new Date(Math.floor(Date.now() / DAY_MILLIS - (days - 1)) * DAY_MILLIS).toISOString();
    const game = input.text('game') ?? '';
    const now = new Date().toISOString();
    const simulated = eventsOf({ seed: input.text('seed') ?? DEFAULTS.seed, game, players, days, from });
    const past = simulated.filter(({ event_timestamp }) => event_timestamp <= now);
    const file = input.text('file');
    if (file) {
      const { writeLines } = await import('#load/traffic/aws.ts');
      await writeLines(file, past);
      terminal.print(`Written to ${file}.`);
      return 0;
    }
    const summary = await sendEvents(past, {
      ...(await targetOf(input)),
      backfill: true,
      onProgress: throttled(terminal),
    });
    return finish(summary, input, terminal);
  },
};
