import { relative, resolve } from 'node:path';
import { catalog, serviceNamed } from '#catalog/index.ts';
import { type Command, JSON_OPTION } from '../command.ts';

export const bundle: Command = {
  name: 'bundle',
  summary: 'Write what the image of a service holds: its programs with all that they use. services/Dockerfile runs it.',
  arguments: [{ name: 'SERVICE', description: 'a built service of the catalog', required: true }],
  options: [{ name: 'out', value: 'DIR', description: 'where to write', default: 'dist/bundle' }, JSON_OPTION],
  examples: ['npm run gm -- bundle analytics-api', 'npm run gm -- bundle admin-dashboard --out /tmp/app'],
  async run(input, terminal) {
    const service = serviceNamed(catalog, input.argument(0) ?? '');
    const folder = resolve(input.text('out') ?? 'dist/bundle');
    terminal.progress(`bundling ${service.name} …`);
    // Loaded when it is needed: the bundler is a program of its own.
    const { bundleService } = await import('../delivery/bundle.ts');
    const { files } = await bundleService(service, folder);
    if (input.isSet('json')) terminal.json({ service: service.name, folder, files });
    else terminal.print(`${service.name}: ${files.length} files in ${relative(process.cwd(), folder) || '.'}`);
    return 0;
  },
};
