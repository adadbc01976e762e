import type { App } from 'cdk8s';
import { storeStatus } from '#catalog/databases.ts';
import { foreignImage, foreignImages } from '#catalog/images.ts';
import { names } from '#catalog/names.ts';
import { DATABASES_NAMESPACE } from '#catalog/namespaces.ts';
import { qdrant } from '#catalog/parts/qdrant.ts';
import { Component, type Platform } from '../../lib/component.ts';
import { asIs, ExternalSecret, externalSecretSpec } from '../../lib/external-secrets.ts';
import { mebibytes, millis } from '../../lib/quantities.ts';
import { AWS_STORE } from '../secret-stores.ts';
import { QdrantSnapshots } from './qdrant-snapshots.ts';
import { addServer, peersOf, type Server } from './server.ts';

const NAME = 'qdrant';
const [POD] = qdrant.pods;
const CPU_MILLIS = 100;
const FOLDERS = {
  data: '/qdrant/storage',
  settings: '/qdrant/config/local.yaml',
  certificate: '/qdrant/tls',
} as const;
const KEY_FILE = 'local.yaml';

/** Qdrant reads this file after its own and takes what is in it (its documentation, «Configuration»). */
const settings = (clustered: boolean): string => `service:
  enable_tls: true
  api_key: ${asIs('key')}
storage:
  storage_path: ${FOLDERS.data}/data
  snapshots_path: ${FOLDERS.data}/snapshots
  temp_path: ${FOLDERS.data}/temporary
cluster:
  enabled: ${clustered}
  p2p:
    enable_tls: true
tls:
  cert: ${FOLDERS.certificate}/tls.crt
  key: ${FOLDERS.certificate}/tls.key
  ca_cert: ${FOLDERS.certificate}/ca.crt
  cert_ttl: 3600
telemetry_disabled: true
`;

/** The first pod founds the cluster, the others join it; their names are those of the set. */
const command = (): string =>
  [
    `own="https://$POD_NAME.${names.serviceHost(peersOf(NAME), DATABASES_NAMESPACE)}:6335"`,
    `first="https://${NAME}-0.${names.serviceHost(peersOf(NAME), DATABASES_NAMESPACE)}:6335"`,
    'if [ "$own" = "$first" ]; then exec ./qdrant --uri "$own"; fi',
    'exec ./qdrant --bootstrap "$first" --uri "$own"',
  ].join('\n');

/** The vector store; it is there from the day on which a service that uses it is built. */
export class Qdrant extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: NAME,
      summary: qdrant.summary,
      owner: 'platform',
      namespace: DATABASES_NAMESPACE,
      stage: 'data',
      status: storeStatus(platform.catalog, 'qdrant'),
    });
    this.#addKey();
    addServer(this, this.#server());
    new QdrantSnapshots(this);
  }

  #addKey(): void {
    const { catalog, environment } = this.platform;
    const users = catalog.services.flatMap(({ name, stores }) =>
      stores.filter(({ store }) => store === 'vectors').map(({ store }) => names.storeSecret(environment, store, name)),
    );
    const [key] = users;
    if (key === undefined || users.length > 1) throw new TypeError('Qdrant knows one key, so one service may use it.');
    new ExternalSecret(this, 'ExternalSecret', {
      metadata: this.named(NAME),
      spec: externalSecretSpec(NAME, {
        store: AWS_STORE,
        values: [{ secretKey: 'key', remoteRef: { key, property: 'password' } }],
        keys: { [KEY_FILE]: settings(environment.qdrant.instances > 1), 'api-key': asIs('key') },
      }),
    });
  }

  #server(): Server {
    const { instances, storageGiB } = this.platform.environment.qdrant;
    return {
      name: NAME,
      account: POD.serviceAccount,
      user: foreignImages.qdrant.user,
      replicas: instances,
      selector: { ...POD.labels },
      ports: POD.ports,
      volumes: [
        {
          name: 'settings',
          secret: { secretName: NAME, items: [{ key: KEY_FILE, path: KEY_FILE }], defaultMode: 0o440 },
        },
        { name: 'init', emptyDir: {} },
      ],
      claim: { name: 'data', storageClass: 'standard', gib: storageGiB },
      container: this.#container(),
    };
  }

  #container(): object {
    const { memoryMiB, instances } = this.platform.environment.qdrant;
    const memory = mebibytes(memoryMiB);
    const probe = (path: string) => ({
      httpGet: { path, port: 'http', scheme: 'HTTPS' },
      periodSeconds: 5,
      timeoutSeconds: 3,
    });
    return {
      name: NAME,
      image: foreignImage('qdrant'),
      command: ['sh', '-c', instances > 1 ? command() : 'exec ./qdrant'],
      env: [
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'QDRANT_INIT_FILE_PATH', value: '/qdrant/init/.qdrant-initialized' },
      ],
      ports: POD.ports.map(({ name, number }) => ({ name, containerPort: number, protocol: 'TCP' })),
      startupProbe: { ...probe('/healthz'), failureThreshold: 60 },
      readinessProbe: { ...probe('/readyz'), failureThreshold: 3 },
      livenessProbe: { ...probe('/livez'), failureThreshold: 6 },
      resources: { requests: { cpu: millis(CPU_MILLIS), memory }, limits: { memory } },
      volumeMounts: [
        { name: 'data', mountPath: FOLDERS.data },
        { name: 'init', mountPath: '/qdrant/init' },
        { name: 'settings', mountPath: FOLDERS.settings, subPath: KEY_FILE, readOnly: true },
        { name: 'certificate', mountPath: FOLDERS.certificate, readOnly: true },
      ],
    };
  }
}
