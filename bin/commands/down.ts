import { setTimeout as sleep } from 'node:timers/promises';
import { readState } from '#local/platform/index.ts';
import { identify, isAlive, terminate } from '#local/processes/index.ts';
import type { Command } from '../command.ts';
import { DATA_OPTION, dataFolderOf } from './options.ts';

/** Services drain first; longer than their own bounds together. */
const WAIT_MILLIS = 60_000;
/** The watcher of an ended platform needs a moment for what was still running. */
const SETTLE_MILLIS = 200;

export const down: Command = {
  name: 'down',
  summary: 'Stop the local platform that runs in a data folder.',
  arguments: [],
  options: [DATA_OPTION],
  examples: ['npm run gm -- down'],
  async run(input, terminal) {
    const { pid, dataFolder } = readState(dataFolderOf(input));
    const identity = identify(pid);
    terminal.progress(`stopping the platform of ${dataFolder} (process ${pid}) …`);
    if (identity && isAlive(identity)) await terminate(identity, { signals: ['SIGTERM'], waitMillis: WAIT_MILLIS });
    await sleep(SETTLE_MILLIS);
    terminal.print('Stopped.');
    return 0;
  },
};
