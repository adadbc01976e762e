import { GATEWAY_PORTS } from '../mesh.ts';
import type { FootprintPod, Operator } from '../model/index.ts';

/** The release of the control plane, so that proxies and istiod speak the same. */
const RELEASE = {
  source: {
    kind: 'chart',
    repository: 'https://istio-release.storage.googleapis.com/charts',
    name: 'gateway',
    version: '1.30.3',
  },
  licence: 'Apache-2.0',
  apiGroups: [],
  after: ['istiod'],
} as const satisfies Partial<Operator>;

/** Labels, accounts and ports: values that the charts are given. Requests: a gateway holds routes of one host each. */
const gateway = {
  requests: { cpuMillis: 100, memoryMiB: 128 },
  requestsOfSingle: { cpuMillis: 20, memoryMiB: 96 },
  replicas: { full: 2, single: 1 },
  pool: 'system',
} as const satisfies Partial<FootprintPod>;

const status = [
  { name: 'status-port', number: GATEWAY_PORTS.status },
  { name: 'http-envoy-prom', number: GATEWAY_PORTS.metrics, metrics: '/stats/prometheus' },
] as const;

export const ingressGateway = {
  ...RELEASE,
  name: 'ingress-gateway',
  namespace: 'gateways',
  summary: 'Takes what the public load balancer passes on, by host and path.',
  pods: [
    {
      ...gateway,
      party: 'ingress-gateway',
      labels: { istio: 'ingressgateway' },
      serviceAccount: 'ingress-gateway',
      ports: [{ name: 'https', number: GATEWAY_PORTS.https }, ...status],
    },
  ],
  edges: [
    {
      from: 'public-load-balancer',
      to: 'ingress-gateway',
      port: GATEWAY_PORTS.https,
      purpose: 'requests from outside',
    },
    { from: 'public-load-balancer', to: 'ingress-gateway', port: GATEWAY_PORTS.status, purpose: 'health checks' },
    { from: 'ingress-gateway', to: 'istiod', port: 15012, purpose: 'certificates and configuration' },
  ],
} as const satisfies Operator;

export const egressGateway = {
  ...RELEASE,
  name: 'egress-gateway',
  namespace: 'gateways',
  summary: 'The one way to hosts outside, for those who declare them.',
  pods: [
    {
      ...gateway,
      party: 'egress-gateway',
      labels: { istio: 'egressgateway' },
      serviceAccount: 'egress-gateway',
      ports: [{ name: 'tls', number: GATEWAY_PORTS.egress }, ...status],
    },
  ],
  edges: [{ from: 'egress-gateway', to: 'istiod', port: 15012, purpose: 'certificates and configuration' }],
} as const satisfies Operator;
