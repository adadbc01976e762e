import type { App } from 'cdk8s';
import { poolerOf } from '#catalog/databases.ts';
import type { StoreEngine } from '#catalog/index.ts';
import { awsHost, MESH_NAMESPACE } from '#catalog/mesh.ts';
import { enginePorts, names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { subnetCidrs } from '#catalog/network.ts';
import { Component, type Platform } from '../../lib/component.ts';
import {
  AuthorizationPolicy,
  PeerAuthentication,
  ServiceEntry,
  type ServiceEntrySpec,
  Sidecar,
  Telemetry,
} from '../../lib/istio.ts';

/** Sizes are in the metrics of the services themselves; four series for each pair of neighbours are saved. */
const UNUSED_METRICS = ['REQUEST_SIZE', 'RESPONSE_SIZE', 'GRPC_REQUEST_MESSAGES', 'GRPC_RESPONSE_MESSAGES'];

const AWS_PORTS = { 'rds-postgresql': enginePorts.postgresql, elasticache: enginePorts.redis } as const;

/** What holds for the whole mesh, because it stands in the root namespace: everything is encrypted, nothing is allowed. */
export class Mesh extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'mesh',
      summary: 'Mutual TLS, denial by default, telemetry, and what of AWS the mesh may reach.',
      owner: 'platform',
      namespace: MESH_NAMESPACE,
      stage: 'access',
    });
    this.#addDefaults();
    this.#addTelemetry();
    this.#addDatabases();
    this.#addBuckets();
  }

  #addDefaults(): void {
    new PeerAuthentication(this, 'PeerAuthentication', {
      metadata: this.named('default'),
      spec: { mtls: { mode: 'STRICT' } },
    });
    new AuthorizationPolicy(this, 'AuthorizationPolicy', { metadata: this.named('allow-nothing'), spec: {} });
    // For pods that have no Sidecar of their own: they know nobody and reach nothing.
    new Sidecar(this, 'Sidecar', {
      metadata: this.named('default'),
      spec: { egress: [{ hosts: ['~/*'] }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } },
    });
  }

  /** Services trace themselves and log without personal data; paths and addresses in a proxy's log would be some. */
  #addTelemetry(): void {
    new Telemetry(this, 'Telemetry', {
      metadata: this.named('default'),
      spec: {
        metrics: [
          {
            providers: [{ name: 'prometheus' }],
            overrides: UNUSED_METRICS.map((metric) => ({ match: { metric }, disabled: true })),
          },
        ],
        tracing: [{ disableSpanReporting: true }],
        accessLogging: [{ disabled: true }],
      },
    });
  }

  /** Stores that services go to themselves, and not through a pooler of the cluster. */
  #usedStores(engine: StoreEngine): readonly string[] {
    const { stores, services } = this.platform.catalog;
    const uses = services.flatMap((service) => service.stores).filter((use) => !poolerOf({ engine }, use));
    const used = new Set(uses.map(({ store }) => store));
    return stores.filter((store) => store.engine === engine && used.has(store.name)).map(({ name }) => name);
  }

  /** Their host names are known after their deployment only, so that they are told by address and port. */
  #addDatabases(): void {
    const addresses = subnetCidrs(this.platform.environment, 'isolated');
    for (const engine of ['rds-postgresql', 'elasticache'] as const)
      if (this.#usedStores(engine).length > 0)
        this.#addEntry(engine, {
          hosts: [awsHost(engine)],
          addresses,
          ports: [{ number: AWS_PORTS[engine], name: 'tcp', protocol: 'TCP' }],
          resolution: 'NONE',
        });
  }

  #addBuckets(): void {
    for (const bucket of this.#usedStores('s3'))
      this.#addEntry(`bucket-${bucket}`, {
        hosts: [names.bucketHost(this.platform.environment, bucket)],
        ports: [{ number: enginePorts.https, name: 'tls', protocol: 'TLS' }],
        resolution: 'DNS',
      });
  }

  #addEntry(name: string, spec: Omit<ServiceEntrySpec, 'location' | 'exportTo'>): void {
    new ServiceEntry(this, `ServiceEntry-${name}`, {
      metadata: this.named(name),
      spec: { ...spec, location: 'MESH_EXTERNAL', exportTo: [SERVICES_NAMESPACE] },
    });
  }
}
