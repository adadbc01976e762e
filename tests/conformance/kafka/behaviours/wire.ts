import type { WireBehaviour } from '../behaviour.ts';
export const wireBehaviours: readonly WireBehaviour[] = [];
