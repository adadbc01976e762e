import type { Operator } from '../model/index.ts';
import { externalSecrets } from './external-secrets.ts';
import { keda } from './keda.ts';
import { prometheusOperatorCrds } from './prometheus-operator-crds.ts';
import { strimzi } from './strimzi.ts';

/** Versions: the releases whose schemas the verifier reads (../shared/schemas/INDEX.tsv), so output and schema agree. */
export const operators = [
  prometheusOperatorCrds,
  externalSecrets,
  strimzi,
  keda,
] as const satisfies readonly Operator[];

export type OperatorName = (typeof operators)[number]['name'];
