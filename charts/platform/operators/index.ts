import type { OperatorName } from '#catalog/operators/index.ts';
import { externalSecrets } from './external-secrets.ts';
import type { Given } from './given.ts';
import { keda } from './keda.ts';
import { strimzi } from './strimzi.ts';

/** Values of the pinned charts, by the names that their values.yaml gives. */
export const OPERATOR_VALUES = {
  'prometheus-operator-crds': () => ({}),
  'external-secrets': externalSecrets,
  strimzi,
  keda,
} as const satisfies Record<OperatorName, (given: Given) => object>;
