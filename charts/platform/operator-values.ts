import type { Environment } from '#catalog/index.ts';
import { POOL_LABEL, systemAccounts } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import type { operators } from '#catalog/operators.ts';
import { mebibytes, millis } from '../lib/quantities.ts';

export type OperatorName = (typeof operators)[number]['name'];

const NODE_SELECTOR = { [POOL_LABEL]: 'system' };

const RESTRICTED = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

const size = (cpuMillis: number, memoryMiB: number) => ({
  requests: { cpu: millis(cpuMillis), memory: mebibytes(memoryMiB) },
  limits: { memory: mebibytes(memoryMiB) },
});

/** One replica of an operator is enough where one replica of everything is; what it runs goes on without it. */
const replicasIn = ({ replicas }: Environment): number => (replicas === 'full' ? 2 : 1);

/** Values of the pinned charts, by the names that their values.yaml gives; sizes: the charts' own defaults or below. */
export const OPERATOR_VALUES = {
  strimzi: (environment) => ({
    replicas: replicasIn(environment),
    // Its own policies would admit everyone to the listeners; ours admit whom the dataflow declares.
    generateNetworkPolicy: false,
    extraEnvs: [{ name: 'STRIMZI_POD_SECURITY_PROVIDER_CLASS', value: 'restricted' }],
    podSecurityContext: { runAsNonRoot: true, seccompProfile: RESTRICTED.seccompProfile },
    securityContext: RESTRICTED,
    resources: size(100, 384),
    nodeSelector: NODE_SELECTOR,
  }),
  'external-secrets': (environment) => ({
    installCRDs: true,
    replicaCount: replicasIn(environment),
    leaderElect: true,
    serviceAccount: { name: systemAccounts['external-secrets'].serviceAccount },
    global: { nodeSelector: NODE_SELECTOR },
    resources: size(25, 128),
    webhook: { resources: size(25, 64) },
    certController: { resources: size(25, 96) },
  }),
  keda: (environment) => ({
    watchNamespace: SERVICES_NAMESPACE,
    operator: { replicaCount: replicasIn(environment) },
    nodeSelector: NODE_SELECTOR,
    resources: { operator: size(50, 192), metricServer: size(50, 128), webhooks: size(10, 64) },
  }),
  'prometheus-operator-crds': () => ({}),
} as const satisfies Record<OperatorName, (environment: Environment) => object>;
