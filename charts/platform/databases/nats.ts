import type { App } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-27';
import { storeStatus } from '#catalog/databases.ts';
import { foreignImage, foreignImages } from '#catalog/images.ts';
import { names } from '#catalog/names.ts';
import { DATABASES_NAMESPACE } from '#catalog/namespaces.ts';
import { nats } from '#catalog/parts/nats.ts';
import { Component, type Platform } from '../../lib/component.ts';
import { asIs, ExternalSecret, externalSecretSpec } from '../../lib/external-secrets.ts';
import { Given } from '../operators/given.ts';
import { AWS_STORE } from '../secret-stores.ts';
import { addServer, peersOf, type Server } from './server.ts';

const NAME = 'nats';
const [POD] = nats.pods;
const PARTY = POD.party;
const SETTINGS = 'nats.conf';
const FOLDERS = { settings: '/etc/nats/settings', certificate: '/etc/nats/tls', data: '/data' } as const;
const STREAM_GIB = 5;
/** JetStream keeps its index of a stream in memory; half of the container's is its part. */
const STREAM_MEBIBYTES = 64;

const tls = `{
    cert_file: ${FOLDERS.certificate}/tls.crt
    key_file: ${FOLDERS.certificate}/tls.key
    ca_file: ${FOLDERS.certificate}/ca.crt
  }`;

/** Servers of the set find one another by the names that the set gives them. */
function routes(replicas: number): string {
  const host = names.serviceHost(peersOf(NAME), DATABASES_NAMESPACE);
  return Array.from({ length: replicas }, (_, index) => `    nats://${NAME}-${index}.${host}:6222`).join('\n');
}

const cluster = (replicas: number): string => `cluster {
  name: ${NAME}
  port: 6222
  tls ${tls}
  routes: [
${routes(replicas)}
  ]
}
`;

/** NATS' documentation, «Configuration»: one user a service, who may use the stream and nothing of the system. */
const settings = (
  users: readonly { readonly name: string; readonly key: string }[],
  replicas: number,
): string => `server_name: $POD_NAME
port: 4222
http_port: 8222
tls ${tls}
jetstream {
  store_dir: ${FOLDERS.data}
  max_memory_store: ${STREAM_MEBIBYTES}MB
  max_file_store: ${STREAM_GIB}GB
}
authorization {
  users: [
${users.map(({ name, key }) => `    { user: "${name}", password: "${asIs(key)}" }`).join('\n')}
  ]
}
${replicas > 1 ? cluster(replicas) : ''}`;

/** JetStream; it is there from the day on which a service that uses it is built. */
export class Nats extends Component {
  readonly #given: Given;

  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: NAME,
      summary: nats.summary,
      owner: 'platform',
      namespace: DATABASES_NAMESPACE,
      stage: 'data',
      status: storeStatus(platform.catalog, 'nats-jetstream'),
    });
    this.#given = new Given(platform, nats);
    this.#addSettings();
    addServer(this, this.#server());
  }

  #addSettings(): void {
    const { catalog, environment } = this.platform;
    const users = catalog.services.flatMap(({ name, stores }) =>
      stores
        .filter(({ store }) => store === 'global-events')
        .map(({ store }) => ({
          name: names.cacheUser(name),
          key: names.databaseRole(name),
          remote: names.storeSecret(environment, store, name),
        })),
    );
    new ExternalSecret(this, 'ExternalSecret', {
      metadata: this.named(NAME),
      spec: externalSecretSpec(NAME, {
        store: AWS_STORE,
        values: users.map(({ key, remote }) => ({ secretKey: key, remoteRef: { key: remote, property: 'password' } })),
        keys: { [SETTINGS]: settings(users, this.#given.replicas(PARTY)) },
      }),
    });
  }

  #server(): Server {
    return {
      name: NAME,
      account: this.#given.account(PARTY),
      user: foreignImages.nats.user,
      replicas: this.#given.replicas(PARTY),
      selector: { ...POD.labels },
      ports: POD.ports,
      volumes: [{ name: 'settings', secret: { secretName: NAME, defaultMode: 0o440 } } satisfies k8s.Volume],
      claim: { name: 'data', storageClass: 'standard', gib: STREAM_GIB },
      container: this.#container(),
    };
  }

  #container(): object {
    const probe = (path: string) => ({ httpGet: { path, port: 'monitor' }, periodSeconds: 5, timeoutSeconds: 3 });
    return {
      name: NAME,
      image: foreignImage('nats'),
      args: ['--config', `${FOLDERS.settings}/${SETTINGS}`],
      env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      ports: POD.ports.map(({ name, number }) => ({ name, containerPort: number, protocol: 'TCP' })),
      startupProbe: { ...probe('/healthz?js-server-only=true'), failureThreshold: 60 },
      readinessProbe: { ...probe('/healthz?js-server-only=true'), failureThreshold: 3 },
      livenessProbe: { ...probe('/healthz?js-enabled-only=true'), failureThreshold: 6 },
      resources: this.#given.size(PARTY),
      volumeMounts: [
        { name: 'data', mountPath: FOLDERS.data },
        { name: 'settings', mountPath: FOLDERS.settings, readOnly: true },
        { name: 'certificate', mountPath: FOLDERS.certificate, readOnly: true },
      ],
    };
  }
}
