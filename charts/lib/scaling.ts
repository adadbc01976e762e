import type { Environment, Scaling } from '#catalog/index.ts';

/** Enough to roll a service without a gap, where one replica is the rule. */
const SINGLE_MAX = 2;

/** The catalog's scaling at the size of an environment. */
export function scalingIn({ replicas }: Environment, scaling: Scaling): Scaling {
  if (replicas === 'full') return scaling;
  if (scaling.kind === 'fixed') return { kind: 'fixed', replicas: 1 };
  return { ...scaling, min: 1, max: Math.min(SINGLE_MAX, scaling.max) };
}
