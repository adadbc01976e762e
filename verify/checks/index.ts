import type { Check } from './check.ts';
import { references } from './references.ts';
import { schema } from './schema.ts';

/** Every check, cheapest first. */
export const checks: readonly Check[] = [schema, references];
