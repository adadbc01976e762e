import { resolve } from 'node:path';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { readImages } from '#charts/lib/images.ts';
import { type Command, type Input, JSON_OPTION, type Option, UsageError } from '../command.ts';
import { type ImageChange, recordImages } from '../delivery/images.ts';
import { table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

export const IN_OPTION: Option = {
  name: 'in',
  value: 'DIR',
  description: 'the working tree of the GitOps repository, which holds images.<environment>.json',
  default: '.',
};

const SHOWN_DIGITS = 'sha256:'.length + 12;
const short = (digest: string | undefined): string => digest?.slice(0, SHOWN_DIGITS) ?? 'not built';

const folderOf = (input: Input): string => resolve(input.text('in') ?? '.');

/** One line an image: what ran, what will run. */
export const changeLines = (changed: readonly ImageChange[]): readonly string[] =>
  changed.map(({ service, before, after }) => `${service}: ${short(before)} → ${short(after)}`);

function show(input: Input, terminal: Terminal): void {
  const images = readImages(catalog, folderOf(input));
  if (input.isSet('json')) {
    terminal.json(images);
    return;
  }
  const columns = [{ title: 'SERVICE' }, ...catalog.environments.map(({ name }) => ({ title: name.toUpperCase() }))];
  const rows = catalog.services.map(({ name }) => [
    name,
    ...catalog.environments.map((environment) => short(images[environment.name]?.[name])),
  ]);
  terminal.print(table(columns, rows));
}

function record(input: Input, terminal: Terminal, pins: readonly string[]): void {
  const environment = input.text('env');
  if (!environment) throw new UsageError('--record needs --env: the environment that runs the images next.');
  const { name } = environmentNamed(catalog, environment);
  const changed = recordImages({ catalog, folder: folderOf(input) }, name, pins);
  if (input.isSet('json')) terminal.json({ environment: name, changed });
  else terminal.print(changed.length > 0 ? changeLines(changed).join('\n') : `${name} runs these images already.`);
}

export const images: Command = {
  name: 'images',
  summary: 'Show which image of each service an environment runs, or record digests that were built.',
  arguments: [],
  options: [
    IN_OPTION,
    { name: 'env', value: 'NAME', description: 'the environment to record for' },
    {
      name: 'record',
      value: 'SERVICE=DIGEST',
      description: 'a digest, sha256:…, that was built (repeatable)',
      repeatable: true,
    },
    JSON_OPTION,
  ],
  examples: ['npm run gm -- images --in ../gitops'],
  async run(input, terminal) {
    const pins = input.list('record');
    if (pins.length > 0) record(input, terminal, pins);
    else show(input, terminal);
    return 0;
  },
};
