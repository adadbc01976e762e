import { readFileSync } from 'node:fs';
import { catalog, serviceNamed } from '#catalog/index.ts';
import { LOOPBACK, portOf } from '#local/configuration.ts';
import { readState } from '#local/platform/index.ts';
import { TokenMint } from '#local/tokens.ts';
import { type Command, type Input, JSON_OPTION, UsageError } from '../command.ts';
import { DeadLetterClient, DeadLetterError, type LetterFilter } from '../dlq/client.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { lettersView, letterView, type ReplayResult, replayView } from '../views/dlq-view.ts';
import { DATA_OPTION, dataFolderOf } from './options.ts';

const LIFETIME_SECONDS = 600;
const MAX_LETTERS = 10_000;
const USUAL_LETTERS = '50';

/** @throws UsageError when the address comes without a token or the other way round. */
async function clientOf(input: Input): Promise<DeadLetterClient> {
  const url = input.text('url');
  const tokenFile = input.text('token-file');
  if ((url === undefined) !== (tokenFile === undefined))
    throw new UsageError(
      '--url and --token-file come together: the address of event-processor-service, and a token of an operator.',
    );
  if (url && tokenFile) return new DeadLetterClient(url, tokenOf(tokenFile));
  const { dataFolder, movedPorts } = readState(dataFolderOf(input));
  const mint = await TokenMint.open(dataFolder);
  const token = await mint.mint({
    subject: 'local-operator',
    roles: ['admin'],
    games: ['*'],
    lifetimeSeconds: LIFETIME_SECONDS,
  });
  const port = portOf(serviceNamed(catalog, 'event-processor-service'), 'http', new Map(Object.entries(movedPorts)));
  return new DeadLetterClient(`http://${LOOPBACK}:${port}`, token);
}

function tokenOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new UsageError(`--token-file «${file}» cannot be read. Name a file that holds a token.`);
  }
}

function filterOf(input: Input, status: string | undefined): LetterFilter {
  return {
    game: input.text('game'),
    reason: input.text('reason'),
    status,
    limit: input.number('limit', { min: 1, max: MAX_LETTERS }) ?? Number(USUAL_LETTERS),
  };
}

type Action = (input: Input, terminal: Terminal) => Promise<number>;

const list: Action = async (input, terminal) => {
  const status = input.text('status') ?? 'open';
  const client = await clientOf(input);
  const letters = await client.list(filterOf(input, status === 'any' ? undefined : status));
  if (input.isSet('json')) terminal.json({ deadLetters: letters });
  else terminal.print(lettersView(letters, terminal));
  return 0;
};

const show: Action = async (input, terminal) => {
  const [, id, ...more] = input.rest;
  if (id === undefined || more.length > 0)
    throw new UsageError('Name one dead letter, such as `gm dlq show ID`; `gm dlq list` shows their ids.');
  const client = await clientOf(input);
  const letter = await client.show(id);
  if (input.isSet('json')) terminal.json(letter);
  else terminal.print(letterView(letter, terminal));
  return 0;
};

/** One that is refused does not keep the others from being replayed. */
async function replayOne(client: DeadLetterClient, id: string): Promise<ReplayResult> {
  try {
    return await client.replay(id);
  } catch (error) {
    if (!(error instanceof DeadLetterError) || error.code === 'PROCESSOR_UNREACHABLE') throw error;
    return { dead_letter_id: id, code: error.code, error: error.message };
  }
}

const replay: Action = async (input, terminal) => {
  const [, ...named] = input.rest;
  if (input.isSet('all') === named.length > 0)
    throw new UsageError(
      'Name the dead letters to replay, or give --all for every open one that --game and --reason let through.',
    );
  const client = await clientOf(input);
  const found = input.isSet('all') ? await client.list(filterOf(input, 'open')) : [];
  const results: ReplayResult[] = [];
  for (const id of [...named, ...found.map(({ dead_letter_id }) => dead_letter_id)])
    results.push(await replayOne(client, id));
  if (input.isSet('json')) terminal.json({ results });
  else terminal.print(replayView(results, terminal));
  return results.some((result) => 'error' in result) ? 1 : 0;
};

const actions: Readonly<Record<string, Action>> = { list, show, replay };

export const dlq: Command = {
  name: 'dlq',
  summary: 'List, show and replay dead letters: events that were refused or could not be processed.',
  arguments: [
    { name: 'action', description: 'list, show or replay', required: true },
    { name: 'id', description: 'which dead letters, for show and replay', required: false, variadic: true },
  ],
  options: [
    { name: 'game', value: 'GAME', description: 'of this game only' },
    { name: 'reason', value: 'REASON', description: 'with this reason only, such as envelope_invalid' },
    {
      name: 'status',
      value: 'STATUS',
      description: 'for list: what became of them (open unless told otherwise)',
      choices: ['open', 'replayed', 'discarded', 'any'],
    },
    { name: 'limit', value: 'N', description: 'at most so many, the newest first', default: USUAL_LETTERS },
    { name: 'all', description: 'for replay: every open one that fits, up to --limit' },
    { name: 'url', value: 'URL', description: 'event-processor-service elsewhere; the local platform unless given' },
    { name: 'token-file', value: 'FILE', description: 'with --url: a file with the token of an operator or admin' },
    DATA_OPTION,
    JSON_OPTION,
  ],
  examples: [
    'npm run gm -- dlq list --reason properties_invalid',
    'npm run gm -- dlq show 0b52a6b4-3f0e-5c55-9a41-6ad0a8a7f6c2',
    'npm run gm -- dlq replay --all --game demo',
  ],
  async run(input, terminal) {
    const name = input.argument(0) ?? '';
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) throw new UsageError(`«${name}» is no action of dlq. Use one of: ${Object.keys(actions).join(', ')}.`);
    return action(input, terminal);
  },
};
