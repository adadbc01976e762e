import { catalog } from '#catalog/index.ts';
import { type Command, JSON_OPTION } from '../command.ts';
import { ciFacts } from '../delivery/ci.ts';
import { table } from '../terminal/table.ts';

export const ci: Command = {
  name: 'ci',
  summary: 'Show what the workflows take from the catalog: images to build, roles, regions and the order of promotion.',
  arguments: [],
  options: [JSON_OPTION],
  examples: ['npm run gm -- ci --json'],
  async run(input, terminal) {
    const facts = ciFacts(catalog);
    if (input.isSet('json')) {
      terminal.json(facts);
      return 0;
    }
    const images = facts.services.map(({ name, image }) => [name, image]);
    const environments = facts.environments.map(({ name, region, deploy, next }) => [
      name,
      region,
      deploy,
      next ?? '–',
    ]);
    terminal.print(table([{ title: 'SERVICE' }, { title: 'IMAGE' }], images));
    terminal.print(`\nPublished as ${facts.publish.role}\n`);
    terminal.print(
      table([{ title: 'ENVIRONMENT' }, { title: 'REGION' }, { title: 'DEPLOYED AS' }, { title: 'NEXT' }], environments),
    );
    return 0;
  },
};
