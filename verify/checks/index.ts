import { capacity } from './capacity.ts';
import type { Check } from './check.ts';
import { freshness } from './freshness.ts';
import { parity } from './parity.ts';
import { policy } from './policy.ts';
import { reachability } from './reachability.ts';
import { references } from './references.ts';
import { schema } from './schema.ts';

/** Every check, cheapest first. */
export const checks: readonly Check[] = [schema, freshness, references, parity, policy, capacity, reachability];
