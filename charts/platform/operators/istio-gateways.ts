import { GATEWAY_PORTS } from '#catalog/mesh.ts';
import { HOST, ZONE } from '../../lib/scheduling.ts';
import { type Given, RESTRICTED, RESTRICTED_POD } from './given.ts';

/** The user that Istio's proxy runs as. */
const PROXY_USER = 1337;

interface GatewayShape {
  readonly party: 'ingress-gateway' | 'egress-gateway';
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: number }[];
}

const gateway = (given: Given, { party, labels, ports }: GatewayShape) => ({
  name: party,
  labels,
  replicaCount: given.replicas(party),
  autoscaling: { enabled: false },
  // Certificates are read by istiod, so the pods need no right to read secrets.
  rbac: { enabled: false },
  serviceAccount: { create: true, name: given.account(party) },
  service: { type: 'ClusterIP', ports: ports.map((port) => ({ protocol: 'TCP', ...port })) },
  resources: given.size(party),
  securityContext: { ...RESTRICTED_POD, runAsUser: PROXY_USER, runAsGroup: PROXY_USER },
  containerSecurityContext: RESTRICTED,
  nodeSelector: given.nodeSelector(party),
  topologySpreadConstraints: [ZONE, HOST].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: labels },
  })),
  ...(given.replicas(party) > 1 ? { podDisruptionBudget: { minAvailable: 1 } } : {}),
});

/** Services: 443 is what the load balancer's rules name; the proxies name the egress gateway's own port. */
export const ingressGateway = (given: Given) =>
  gateway(given, {
    party: 'ingress-gateway',
    labels: { istio: 'ingressgateway' },
    ports: [
      { name: 'status-port', port: GATEWAY_PORTS.status, targetPort: GATEWAY_PORTS.status },
      { name: 'https', port: 443, targetPort: GATEWAY_PORTS.https },
    ],
  });

export const egressGateway = (given: Given) =>
  gateway(given, {
    party: 'egress-gateway',
    labels: { istio: 'egressgateway' },
    ports: [{ name: 'tls', port: GATEWAY_PORTS.egress, targetPort: GATEWAY_PORTS.egress }],
  });
