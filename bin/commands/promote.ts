import { resolve } from 'node:path';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { type Command, JSON_OPTION } from '../command.ts';
import { promoteImages } from '../delivery/images.ts';
import { changeLines, IN_OPTION } from './images.ts';

export const promote: Command = {
  name: 'promote',
  summary: 'Give the next environment the images that one runs: dev to staging, staging to prod.',
  arguments: [{ name: 'FROM', description: 'the environment whose images go on', required: true }],
  options: [IN_OPTION, JSON_OPTION],
  examples: ['npm run gm -- promote dev --in ../gitops'],
  async run(input, terminal) {
    const from = environmentNamed(catalog, input.argument(0) ?? '');
    const { to, changed } = promoteImages({ catalog, folder: resolve(input.text('in') ?? '.') }, from);
    if (input.isSet('json')) terminal.json({ from: from.name, to, changed });
    else if (changed.length === 0) terminal.print(`${to} runs the images of ${from.name} already.`);
    else terminal.print([`${from.name} → ${to}`, ...changeLines(changed)].join('\n'));
    return 0;
  },
};
