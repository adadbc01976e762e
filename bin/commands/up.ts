import { catalog } from '#catalog/index.ts';
import { type Platform, startPlatform } from '#local/platform/index.ts';
import { type Command, type Input, JSON_OPTION } from '../command.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { flowLine, platformView } from '../views/platform-view.ts';
import { DATA_OPTION, dataFolderOf, PORT_OPTION, portChoices } from './options.ts';

const REDRAW_MILLIS = 1_000;
/** Without a terminal a line now and then is enough. */
const LINE_MILLIS = 10_000;
const CLEAR_SCREEN = '\u001b[H\u001b[J';

/** Resolves at the first Ctrl-C, SIGTERM or closed terminal; a second one is left to Node, which ends at once. */
function asked(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(signal));
  return promise;
}

function draw(platform: Platform, heading: string, terminal: Terminal): () => void {
  const processes = () => new Map(platform.processes.map(({ name, state, restarts }) => [name, { state, restarts }]));
  const show = async (): Promise<void> => {
    const snapshot = await platform.snapshot();
    const view = terminal.interactive
      ? `${CLEAR_SCREEN}${heading}\n\n${platformView(snapshot, processes(), terminal)}\n\nCtrl-C stops all of it.`
      : flowLine(snapshot);
    terminal.print(view);
  };
  const timer = setInterval(show, terminal.interactive ? REDRAW_MILLIS : LINE_MILLIS);
  return () => clearInterval(timer);
}

async function announce(platform: Platform, seconds: string, terminal: Terminal): Promise<string> {
  const snapshot = await platform.snapshot();
  const dashboard = snapshot.services.find(({ name }) => name === 'admin-dashboard');
  const heading = [
    `GameMetrics is ready after ${seconds} s: ${terminal.colours.bold(`http://localhost:${dashboard?.ports.http}`)}`,
    `Data and logs: ${platform.dataFolder}`,
  ].join('\n');
  terminal.print(`${heading}\n`);
  const processes = new Map(platform.processes.map(({ name, state, restarts }) => [name, { state, restarts }]));
  terminal.print(platformView(snapshot, processes, terminal));
  return heading;
}

async function stopAll(platform: Platform, signal: string, terminal: Terminal): Promise<void> {
  terminal.note(`\n${signal}: stopping. Services drain, then the engines end.`);
  await platform.stop();
  terminal.note('Stopped. `npm start` finds its data again.');
}

async function run(input: Input, terminal: Terminal): Promise<number> {
  const startedAt = performance.now();
  const ended = asked();
  const platform = await startPlatform(catalog, {
    dataFolder: dataFolderOf(input),
    reset: input.isSet('reset'),
    traffic: !input.isSet('no-traffic'),
    ports: portChoices(input),
    logLevel: input.text('log-level') ?? 'info',
    onStep: (step) => terminal.progress(`starting ${step} …`),
  });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  if (input.isSet('json')) terminal.json({ ready: true, seconds: Number(seconds), ...(await platform.snapshot()) });
  else if (platform.orphans.length > 0)
    terminal.note(`Ended what an earlier run left behind: ${platform.orphans.join(', ')}.`);
  const stopDrawing = input.isSet('json')
    ? () => undefined
    : draw(platform, await announce(platform, seconds, terminal), terminal);
  const signal = await ended;
  stopDrawing();
  await stopAll(platform, signal, terminal);
  return 0;
}

export const up: Command = {
  name: 'up',
  summary: 'Start the whole platform on this machine and show how it does.',
  arguments: [],
  options: [
    DATA_OPTION,
    { name: 'reset', description: 'delete the data of earlier runs first' },
    { name: 'no-traffic', description: 'leave the traffic simulator out' },
    PORT_OPTION,
    {
      name: 'log-level',
      value: 'LEVEL',
      description: 'what services log',
      choices: ['debug', 'info', 'warn', 'error'],
      default: 'info',
    },
    JSON_OPTION,
  ],
  examples: [
    'npm start',
    'npm start -- --no-traffic --data /tmp/try',
    'npm start -- --reset --port admin-dashboard=3100',
  ],
  run,
};
