import { DEMO_GAME, quietTelemetry, readState, seedGame, withGameDirectory } from '#local/platform/index.ts';
import { LocalSecrets } from '#local/secrets.ts';
import { TokenMint } from '#local/tokens.ts';
import { type Command, type Input, JSON_OPTION } from '../command.ts';
import { DATA_OPTION, dataFolderOf } from './options.ts';

const HOUR_SECONDS = 3_600;
const MAX_HOURS = 24 * 30;

/** The API key of a game, made together with the game when it is new. */
export async function apiKeyOf(input: Input, game: string): Promise<string> {
  const { dataFolder, postgresPort } = readState(dataFolderOf(input));
  const secrets = new LocalSecrets(dataFolder);
  const telemetry = await quietTelemetry('gamemetrics-cli');
  const dataClass = input.isSet('sandbox') ? 'sandbox' : 'production';
  const timeZone = input.text('time-zone') ?? DEMO_GAME.timeZone;
  return withGameDirectory(telemetry, { postgresPort, secrets }, (games) =>
    seedGame(games, secrets, { id: game, name: game, timeZone, dataClass }),
  );
}

async function mintToken(input: Input): Promise<string> {
  const { dataFolder } = readState(dataFolderOf(input));
  const mint = await TokenMint.open(dataFolder);
  const hours = input.number('hours', { min: 0.01, max: MAX_HOURS }) ?? 1;
  const games = input.list('game');
  return mint.mint({
    subject: input.text('subject') ?? 'local-developer',
    roles: [input.text('role') ?? 'analyst'],
    games: games.length > 0 ? games : [DEMO_GAME.id],
    lifetimeSeconds: Math.round(hours * HOUR_SECONDS),
  });
}

export const token: Command = {
  name: 'token',
  summary: 'Mint a token for a role, or print the API key of a game, in the local platform.',
  arguments: [],
  options: [
    {
      name: 'role',
      value: 'ROLE',
      description: 'what the bearer may do',
      choices: ['player', 'analyst', 'operator', 'admin'],
      default: 'analyst',
    },
    { name: 'game', value: 'GAME', description: 'a game that it may see, * for all (repeatable)', repeatable: true },
    { name: 'subject', value: 'NAME', description: 'who the bearer is' },
    { name: 'hours', value: 'N', description: 'how long it lives', default: '1' },
    { name: 'api-key', description: "print the game's API key for sending events instead; a new game is made" },
    { name: 'time-zone', value: 'ZONE', description: 'IANA time zone of a new game' },
    { name: 'sandbox', description: 'with --api-key: the key of the sandbox, whose events never mix with production' },
    DATA_OPTION,
    JSON_OPTION,
  ],
  examples: [
    'npm run gm -- token --role analyst --game demo',
    'npm run gm -- token --api-key --game mygame --time-zone America/New_York',
  ],
  async run(input, terminal) {
    const [game = DEMO_GAME.id] = input.list('game');
    const made = input.isSet('api-key') ? { apiKey: await apiKeyOf(input, game) } : { token: await mintToken(input) };
    if (input.isSet('json')) terminal.json(made);
    else terminal.print(Object.values(made)[0] ?? '');
    return 0;
  },
};
