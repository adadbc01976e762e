import { credentials } from './credentials.ts';
import { firewall } from './firewall.ts';
import { identity } from './identity/index.ts';
import { kafka } from './kafka.ts';
import type { Layer } from './model.ts';
import { networkEnds, networkPairs } from './network/index.ts';
import { together } from './together.ts';

/** Every layer by itself, and all of them at once. */
export const layers: readonly Layer[] = [networkEnds, networkPairs, kafka, credentials, identity, firewall, together];
