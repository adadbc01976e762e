import { EGRESS_HOST, GATEWAY_PORTS, GATEWAYS_NAMESPACE, type OutsideUse } from '#catalog/mesh.ts';
import { enginePorts } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import type { Component } from '../../lib/component.ts';
import { DestinationRule, Gateway, type Server, ServiceEntry, VirtualService } from '../../lib/istio.ts';

const EGRESS = 'egress';
const SIDECARS = 'mesh';
const SEEN_BY = ['.', SERVICES_NAMESPACE];

/** `fcm.googleapis.com` → `fcm-googleapis-com`, as names of objects and subsets are written. */
const nameOf = (host: string): string => host.replaceAll('.', '-');
const metadata = (name: string) => ({ name, namespace: GATEWAYS_NAMESPACE });
const at = (host: string, port: number) => ({ host, port: { number: port } });

/** Clients that begin with TLS are told apart by the name that they ask for; the others by their port. */
const beginsWithTls = ({ port }: OutsideUse): boolean => port === enginePorts.https;

/**
 * Who calls a host is known to the gateway by the certificate of its proxy: the connection of the application runs inside
 * mutual TLS up to there, under the host's name, and leaves it as it was.
 */
export function addOutsideHost(scope: Component, use: OutsideUse): void {
  const { host, port } = use;
  const name = nameOf(host);
  const out = [{ destination: at(host, port) }];
  const toGateway = [{ destination: { ...at(EGRESS_HOST, GATEWAY_PORTS.egress), subset: name } }];
  const from = { gateways: [SIDECARS], port };
  new ServiceEntry(scope, `ServiceEntry-${name}`, {
    metadata: metadata(name),
    spec: {
      hosts: [host],
      ports: [{ number: port, name: 'out', protocol: beginsWithTls(use) ? 'TLS' : 'TCP' }],
      location: 'MESH_EXTERNAL',
      resolution: 'DNS',
      exportTo: SEEN_BY,
    },
  });
  new VirtualService(scope, `VirtualService-${name}`, {
    metadata: metadata(name),
    spec: {
      hosts: [host],
      gateways: [SIDECARS, EGRESS],
      exportTo: SEEN_BY,
      ...(beginsWithTls(use) ? { tls: [{ match: [{ ...from, sniHosts: [host] }], route: toGateway }] } : {}),
      tcp: [
        ...(beginsWithTls(use) ? [] : [{ match: [from], route: toGateway }]),
        { match: [{ gateways: [EGRESS], port: GATEWAY_PORTS.egress }], route: out },
      ],
    },
  });
}

const serverOf = ({ host }: OutsideUse): Server => ({
  port: { number: GATEWAY_PORTS.egress, name: `tls-${nameOf(host)}`, protocol: 'TLS' },
  hosts: [host],
  tls: { mode: 'ISTIO_MUTUAL', minProtocolVersion: 'TLSV1_3' },
});

/** The gateway's side: one server a host, and what a proxy says to be led to it. */
export function addEgressGateway(
  scope: Component,
  labels: Readonly<Record<string, string>>,
  uses: readonly OutsideUse[],
): void {
  new Gateway(scope, 'Gateway-egress', {
    metadata: metadata(EGRESS),
    spec: { selector: labels, servers: uses.map(serverOf) },
  });
  new DestinationRule(scope, 'DestinationRule-egress', {
    metadata: metadata(EGRESS),
    spec: {
      host: EGRESS_HOST,
      exportTo: SEEN_BY,
      subsets: uses.map(({ host }) => ({
        name: nameOf(host),
        trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: host } },
      })),
    },
  });
}
