import { readFileSync } from 'node:fs';
import { catalog, serviceNamed } from '#catalog/index.ts';
import type { SendSummary } from '#load/send/index.ts';
import { DEMO_GAME, readState } from '#local/platform/index.ts';
import { type Command, type Input, JSON_OPTION, type Option, UsageError } from '../command.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { DATA_OPTION, dataFolderOf } from './options.ts';
import { apiKeyOf } from './token.ts';

export const GAME_OPTION: Option = {
  name: 'game',
  value: 'GAME',
  description: 'whose events these are',
  default: DEMO_GAME.id,
};
export const TARGET_OPTIONS: readonly Option[] = [
  GAME_OPTION,
  { name: 'url', value: 'URL', description: 'an ingestion service elsewhere; the local platform when left out' },
  {
    name: 'key-file',
    value: 'FILE',
    description: "a file with the game's API key; the local platform makes one when left out",
  },
  { name: 'time-zone', value: 'ZONE', description: 'IANA time zone of a game that is new to the local platform' },
  DATA_OPTION,
];

const FORMATS = ['auto', 'gamemetrics', 'aws-game-analytics'] as const;
type Format = (typeof FORMATS)[number];
const isFormat = (text: string): text is Format => FORMATS.some((format) => format === text);

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new UsageError(`--key-file «${file}» cannot be read. Name a file that holds the API key.`);
  }
}

/** Where events go and with which key. */
export async function targetOf(
  input: Input,
): Promise<{ readonly game: string; readonly url: string; readonly key: string }> {
  const game = input.text('game') ?? DEMO_GAME.id;
  const [url, keyFile] = [input.text('url'), input.text('key-file')];
  if (Boolean(url) !== Boolean(keyFile))
    throw new UsageError('--url and --key-file come together: an address elsewhere needs its own key.');
  if (url && keyFile) return { game, url, key: readKey(keyFile) };
  const { movedPorts } = readState(dataFolderOf(input));
  const ingestion = serviceNamed(catalog, 'event-ingestion-service');
  const port = movedPorts[`${ingestion.name}.http`] ?? ingestion.ports.http?.number;
  return { game, url: `http://127.0.0.1:${port}`, key: await apiKeyOf(input, game) };
}

const whole = new Intl.NumberFormat('en-US');

export function progressLine({ lines, accepted, duplicates, rejected }: SendSummary): string {
  return `${whole.format(lines)} read · ${whole.format(accepted)} accepted · ${whole.format(duplicates)} duplicates · ${whole.format(rejected)} rejected`;
}

/** What became of the lines; the exit code says whether all of them arrived. */
export function finish(summary: SendSummary, input: Input, terminal: Terminal): number {
  if (input.isSet('json')) {
    terminal.json(summary);
    return summary.rejected > 0 ? 1 : 0;
  }
  for (const { line, path, value, rule, fix } of summary.problems) {
    const found = value === undefined ? '' : ` is ${JSON.stringify(value)}`;
    terminal.print(`line ${line}: ${path}${found}; rule: ${rule}. ${fix}`);
  }
  const unlisted = summary.rejected - summary.problems.length;
  if (unlisted > 0) terminal.print(`… and ${whole.format(unlisted)} more.`);
  const rate = summary.seconds > 0 ? Math.round(summary.accepted / summary.seconds) : summary.accepted;
  terminal.print(`${progressLine(summary)} · ${summary.seconds.toFixed(1)} s (${whole.format(rate)} events/s)`);
  return summary.rejected > 0 ? 1 : 0;
}

/** At most one line of progress in this time. */
const PROGRESS_MILLIS = 500;

export function throttled(terminal: Terminal): (summary: SendSummary) => void {
  let shownAt = 0;
  return (summary) => {
    if (!terminal.interactive || performance.now() - shownAt < PROGRESS_MILLIS) return;
    shownAt = performance.now();
    terminal.progress(progressLine(summary));
  };
}

export const send: Command = {
  name: 'send',
  summary:
    'Pour a file of events into the platform: our envelope, or an AWS Game Analytics Pipeline export, one JSON a line.',
  arguments: [{ name: 'file', description: 'newline-delimited JSON, gzipped or not', required: true }],
  options: [
    ...TARGET_OPTIONS,
    { name: 'backfill', description: 'take old events; they restate the days that they belong to' },
    {
      name: 'format',
      value: 'NAME',
      description: 'what the lines are; the first one tells when left out',
      choices: FORMATS,
      default: 'auto',
    },
    JSON_OPTION,
  ],
  examples: ['npm run gm -- send events.ndjson', 'npm run gm -- send export.ndjson.gz --game mygame --backfill'],
  async run(input, terminal) {
    const { sendFile } = await import('#load/send/index.ts');
    const format = input.text('format') ?? 'auto';
    const summary = await sendFile({
      ...(await targetOf(input)),
      file: input.argument(0) ?? '',
      format: isFormat(format) ? format : 'auto',
      backfill: input.isSet('backfill'),
      onProgress: throttled(terminal),
    });
    return finish(summary, input, terminal);
  },
};
