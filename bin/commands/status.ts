import { catalog } from '#catalog/index.ts';
import { readState, takeSnapshot } from '#local/platform/index.ts';
import { type Command, JSON_OPTION } from '../command.ts';
import { platformView } from '../views/platform-view.ts';
import { DATA_OPTION, dataFolderOf } from './options.ts';

export const status: Command = {
  name: 'status',
  summary: 'Show the health of every part of the running local platform.',
  arguments: [],
  options: [DATA_OPTION, JSON_OPTION],
  examples: ['npm run gm -- status', 'npm run gm -- status --json'],
  async run(input, terminal) {
    const state = readState(dataFolderOf(input));
    const snapshot = await takeSnapshot(catalog, new Map(Object.entries(state.movedPorts)));
    const healthy = snapshot.services.every(
      ({ health }) => health === 'ready' || health === 'degraded' || health === 'planned',
    );
    if (input.isSet('json')) terminal.json({ healthy, pid: state.pid, startedAt: state.startedAt, ...snapshot });
    else terminal.print(platformView(snapshot, new Map(), terminal));
    return healthy ? 0 : 1;
  },
};
