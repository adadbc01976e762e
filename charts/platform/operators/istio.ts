import { SIDECAR } from '#catalog/mesh.ts';
import { mebibytes, millis } from '../../lib/quantities.ts';
import { type Given, PRIORITY } from './given.ts';

export const istioBase = (given: Given) => ({
  defaultRevision: 'default',
  global: { istioNamespace: given.namespace },
});

export const istioCni = (given: Given) => ({
  global: { platform: 'eks' },
  resources: given.size('istio-cni'),
  excludeNamespaces: ['kube-system', given.namespace],
});

export const istiod = (given: Given) => ({
  autoscaleEnabled: false,
  replicaCount: given.replicas('istiod'),
  resources: given.size('istiod'),
  nodeSelector: given.nodeSelector('istiod'),
  // Proxies ask the issuer for its keys themselves, as members of the mesh; istiod is none and would be refused.
  env: { PILOT_JWT_ENABLE_REMOTE_JWKS: 'envoy' },
  pilot: { cni: { enabled: true, provider: 'default' } },
  meshConfig: {
    // What leaves the mesh is declared, one entry a host.
    outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    accessLogFile: '',
    enablePrometheusMerge: false,
    defaultConfig: { holdApplicationUntilProxyStarts: true },
    meshMTLS: { minProtocolVersion: 'TLSV1_3' },
  },
  global: {
    istioNamespace: given.namespace,
    priorityClassName: PRIORITY,
    logAsJson: true,
    proxy: {
      resources: {
        requests: { cpu: millis(SIDECAR.cpuMillis), memory: mebibytes(SIDECAR.memoryMiB) },
        limits: { memory: mebibytes(SIDECAR.memoryLimitMiB) },
      },
    },
    // A disruption budget for a single replica would block every drain.
    defaultPodDisruptionBudget: { enabled: given.replicas('istiod') > 1 },
  },
});
