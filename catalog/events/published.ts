import type { TSchema } from 'typebox';
import { AcceptedEvent, events, ProcessedEvent } from './index.ts';

/** A schema that readers outside this repository find in the registry. */
export interface PublishedSchema {
  /** `level_completed-1`: a version that breaks is another artifact, what it still allows is another version of it. */
  readonly artifact: string;
  readonly summary: string;
  readonly schema: TSchema;
}

/** The group of all our schemas in the registry. */
export const SCHEMA_GROUP = 'gamemetrics.events';

/** Envelopes as they stand in topics; their properties are those of the event type. */
const envelopes: readonly PublishedSchema[] = [
  { artifact: 'accepted-event-1', summary: 'A record of player.events.raw.', schema: AcceptedEvent },
  { artifact: 'processed-event-1', summary: 'A record of player.events.processed.', schema: ProcessedEvent },
];

export const publishedSchemas: readonly PublishedSchema[] = [
  ...envelopes,
  ...events.map(({ type, version, summary, properties }) => ({
    artifact: `${type}-${version}`,
    summary,
    schema: properties,
  })),
];

/** The text that is published: JSON Schema with its title, the same bytes from the same catalog. */
export const textOfSchema = ({ artifact, summary, schema }: PublishedSchema): string =>
  `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', title: artifact, description: summary, ...schema }, undefined, 2)}\n`;
