import type { TObject } from 'typebox';

/** One version of an event type: what its `properties` must be. A breaking change needs a new version. */
export interface EventDefinition<Name extends string = string, Properties extends TObject = TObject> {
  readonly type: Name;
  readonly version: number;
  readonly summary: string;
  readonly properties: Properties;
}

export function defineEvent<const Name extends string, Properties extends TObject>(
  definition: EventDefinition<Name, Properties>,
): EventDefinition<Name, Properties> {
  return definition;
}
