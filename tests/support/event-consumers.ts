import { catalog } from '#catalog/index.ts';
import { isTest, sourceFiles, textOf } from './sources.ts';

/** Topics whose records hold the properties of events, as they were sent or enriched. */
const EVENT_TOPICS: ReadonlySet<string> = new Set(['player.events.raw', 'player.events.processed']);

const consumers = catalog.services
  .filter(({ consumes }) => consumes.some(({ topic }) => EVENT_TOPICS.has(topic)))
  .map(({ name }) => name);

/** Files of services that read an event type by its name. */
const readersOf = (type: string): readonly string[] =>
  sourceFiles.filter((file) => file.startsWith('services/') && !isTest(file) && textOf(file).includes(`'${type}'`));

/** Who breaks when an event type changes: the services that read every event, and the files that name this one. */
export function consumersOf(type: string): readonly string[] {
  return [...consumers, ...readersOf(type)];
}
