import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { logSize, readLog } from '#local/processes/index.ts';
import { type Command, UsageError } from '../command.ts';
import { DATA_OPTION, dataFolderOf } from './options.ts';

const POLL_MILLIS = 500;

function logFile(dataFolder: string, name: string | undefined): string {
  const folder = join(resolve(dataFolder), 'logs');
  const known = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.log'))
        .map((file) => basename(file, '.log'))
    : [];
  if (name && known.includes(name)) return join(folder, `${name}.log`);
  throw new UsageError(
    `There is no log «${name ?? ''}» in ${folder}. Use one of: ${known.join(', ') || '(none yet, run npm start first)'}.`,
  );
}

export const logs: Command = {
  name: 'logs',
  summary: 'Print the newest lines of a part of the local platform.',
  arguments: [{ name: 'part', description: 'a service or an engine', required: true }],
  options: [{ name: 'follow', description: 'go on printing until Ctrl-C' }, DATA_OPTION],
  examples: ['npm run gm -- logs event-processor-service', 'npm run gm -- logs kafka --follow'],
  async run(input, terminal) {
    const file = logFile(dataFolderOf(input), input.argument(0));
    let position = await logSize(file);
    terminal.print((await readLog(file)).trimEnd());
    while (input.isSet('follow')) {
      await sleep(POLL_MILLIS);
      const size = await logSize(file);
      if (size !== position) terminal.print((await readLog(file, position)).trimEnd());
      position = size;
    }
    return 0;
  },
};
