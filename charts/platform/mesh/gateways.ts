import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { footprintsOf } from '#catalog/footprints.ts';
import {
  GATEWAY_PORTS,
  GATEWAYS_NAMESPACE,
  INGRESS_CERTIFICATE,
  outsideUses,
  pathPatterns,
  principalOf,
  publicRoutes,
} from '#catalog/mesh.ts';
import { enginePorts, names } from '#catalog/names.ts';
import { subnetCidrs } from '#catalog/network.ts';
import { Certificate, Issuer } from '../../lib/cert-manager.ts';
import { Component, type Platform } from '../../lib/component.ts';
import { type AccessRule, AuthorizationPolicy, Gateway } from '../../lib/istio.ts';
import { addEgressGateway, addOutsideHost } from './egress.ts';

const ISSUER = 'self-signed';

/** The public load balancer, the gateways' rules, and who may pass through each. */
export class Gateways extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'gateways',
      summary: 'The public way in and the one way out.',
      owner: 'platform',
      namespace: GATEWAYS_NAMESPACE,
      stage: 'access',
    });
    this.#addCertificate();
    this.#addIngressGateway();
    this.#addLoadBalancer();
    this.#addWayOut();
  }

  #labels(party: string): Readonly<Record<string, string>> {
    const pod = footprintsOf(this.platform.catalog)
      .flatMap(({ pods }) => pods)
      .find((candidate) => candidate.party === party);
    if (!pod) throw new TypeError(`The catalog has no pods «${party}».`);
    return pod.labels;
  }

  /** All public names, each with what is served under it. */
  #routes(): ReadonlyMap<string, readonly string[]> {
    const { catalog, environment } = this.platform;
    const routes = catalog.services.flatMap((service) => publicRoutes(environment, service));
    const byHost = Map.groupBy(routes, ({ host }) => host);
    return new Map([...byHost].sort().map(([host, list]) => [host, list.map(({ path }) => path)]));
  }

  /** Between load balancer and gateway nobody looks at who signed it: people see the certificate that AWS manages. */
  #addCertificate(): void {
    new Issuer(this, 'Issuer', { metadata: this.named(ISSUER), spec: { selfSigned: {} } });
    new Certificate(this, 'Certificate', {
      metadata: this.named(INGRESS_CERTIFICATE),
      spec: {
        secretName: INGRESS_CERTIFICATE,
        dnsNames: [...this.#routes().keys()],
        duration: '2160h',
        renewBefore: '720h',
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
        usages: ['digital signature', 'server auth'],
        issuerRef: { kind: 'Issuer', name: ISSUER, group: 'cert-manager.io' },
      },
    });
  }

  #addIngressGateway(): void {
    const selector = this.#labels('ingress-gateway');
    new Gateway(this, 'Gateway-ingress', {
      metadata: this.named('ingress'),
      spec: {
        selector,
        servers: [
          {
            port: { number: GATEWAY_PORTS.https, name: 'https', protocol: 'HTTPS' },
            hosts: [...this.#routes().keys()],
            tls: { mode: 'SIMPLE', credentialName: INGRESS_CERTIFICATE, minProtocolVersion: 'TLSV1_3' },
          },
        ],
      },
    });
    new AuthorizationPolicy(this, 'AuthorizationPolicy-ingress', {
      metadata: this.named('allow-ingress-gateway'),
      spec: { selector: { matchLabels: selector }, action: 'ALLOW', rules: this.#publicRules() },
    });
  }

  /** From the load balancer's own subnets, to the names and paths that services declare. */
  #publicRules(): readonly AccessRule[] {
    const source = { ipBlocks: subnetCidrs(this.platform.environment, 'public') };
    return [...this.#routes()].map(([host, paths]) => ({
      from: [{ source }],
      to: [
        {
          operation: {
            ports: [String(GATEWAY_PORTS.https)],
            hosts: [host, `${host}:*`],
            ...(paths.includes('/') ? {} : { paths: paths.flatMap(pathPatterns) }),
          },
        },
      ],
    }));
  }

  /** TLS 1.3 and nothing older on either side; the certificate is found by the hosts' names. */
  #addLoadBalancer(): void {
    const { environment } = this.platform;
    const annotation = (name: string, value: string) => ({ [`alb.ingress.kubernetes.io/${name}`]: value });
    const path = {
      path: '/',
      pathType: 'Prefix',
      backend: { service: { name: 'ingress-gateway', port: { name: 'https' } } },
    };
    new k8s.KubeIngress(this, 'Ingress', {
      metadata: {
        ...this.named('public'),
        annotations: {
          ...annotation('scheme', 'internet-facing'),
          ...annotation('target-type', 'ip'),
          ...annotation('listen-ports', JSON.stringify([{ HTTP: 80 }, { HTTPS: enginePorts.https }])),
          ...annotation('ssl-redirect', String(enginePorts.https)),
          ...annotation('ssl-policy', 'ELBSecurityPolicy-TLS13-1-3-2021-06'),
          ...annotation('backend-protocol', 'HTTPS'),
          ...annotation('healthcheck-protocol', 'HTTP'),
          ...annotation('healthcheck-port', String(GATEWAY_PORTS.status)),
          ...annotation('healthcheck-path', '/healthz/ready'),
          ...annotation('load-balancer-attributes', 'routing.http.drop_invalid_header_fields.enabled=true'),
          ...(environment.firewall ? annotation('wafv2-acl-name', names.webAcl(environment)) : {}),
        },
      },
      spec: {
        ingressClassName: 'alb',
        rules: [...this.#routes().keys()].map((host) => ({ host, http: { paths: [path] } })),
      },
    });
  }

  /** Each host by its own users: the proxy's certificate says who calls, the name inside says whom. */
  #addWayOut(): void {
    const { catalog } = this.platform;
    const uses = outsideUses(catalog);
    const labels = this.#labels('egress-gateway');
    for (const use of uses) addOutsideHost(this, use);
    addEgressGateway(this, labels, uses);
    new AuthorizationPolicy(this, 'AuthorizationPolicy-egress', {
      metadata: this.named('allow-egress-gateway'),
      spec: {
        selector: { matchLabels: labels },
        action: 'ALLOW',
        rules: uses.map(({ host, users }) => ({
          from: [
            {
              source: {
                principals: users.flatMap(({ name }) => principalOf(catalog, { kind: 'service', name }) ?? []),
              },
            },
          ],
          to: [{ operation: { ports: [String(GATEWAY_PORTS.egress)] } }],
          when: [{ key: 'connection.sni', values: [host] }],
        })),
      },
    });
  }
}
