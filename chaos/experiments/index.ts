import type { Environment } from '#catalog/index.ts';
import type { Experiment } from '../model.ts';
import { zoneLoss } from './zone-loss.ts';

export const experiments: readonly Experiment[] = [zoneLoss];

/** Experiments that an environment is built to survive. */
export const experimentsFor = (environment: Environment): readonly Experiment[] =>
  experiments.filter(({ survivable }) => survivable(environment));

export type { Experiment } from '../model.ts';
