import { k8s } from 'cdk8s-plus-27';
import { JOB_LABEL, migratedBy, migrationOf } from '#catalog/databases.ts';
import { IMAGE_PROGRAMS } from '#catalog/delivery.ts';
import type { Service } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { migrations } from '#catalog/parts/migrations.ts';
import { AUTHORITIES } from '../lib/authorities.ts';
import { type Component, TEAM_LABEL } from '../lib/component.ts';
import { ExternalSecret, externalSecretSpec } from '../lib/external-secrets.ts';
import { imageOf } from '../lib/images.ts';
import { JOB_LIMITS, Job, OUTSIDE_MESH, SYNC_HOOK } from '../lib/jobs.ts';
import { CONTAINER_SECURITY, podSecurity } from '../lib/security.ts';
import { Given } from '../platform/operators/given.ts';
import { AWS_STORE } from '../platform/secret-stores.ts';
import { type Configuration, configurationOf, SECRETS_FOLDER, TRUST_FOLDER } from './configuration.ts';

/** `nonroot` of the distroless images. */
const USER_ID = 65_532;

/**
 * The service as its migrations see it: only the databases that it owns, and past the pooler, which lends sessions by the
 * transaction while the lock that makes migrations safe to repeat is the session's.
 */
function migrating(scope: Component, service: Service): Service {
  const owned = migratedBy(scope.platform.catalog, service).map(({ name }) => name);
  const stores = service.stores.filter(({ store }) => owned.includes(store));
  return {
    ...service,
    ports: {},
    verifiesTokens: false,
    consumes: [],
    produces: [],
    calls: [],
    settings: [],
    stores: stores.map((use) => ({ ...use, direct: 'holds a lock of the session' })),
  };
}

function environment(name: string, { plain, variables }: Configuration): readonly object[] {
  return [
    ...Object.entries(plain).map(([variable, value]) => ({ name: variable, value })),
    ...variables.map((key) => ({ name: key, valueFrom: { secretKeyRef: { name, key } } })),
  ];
}

function volumes(name: string, { files, authorities }: Configuration): k8s.Volume[] {
  const trust = authorities.map((authority): k8s.VolumeProjection => {
    const { kind, name: source, key, file } = AUTHORITIES[authority];
    return { [kind]: { name: source, items: [{ key, path: file }] } };
  });
  const items = files.map((key) => ({ key, path: key }));
  return [
    { name: 'secrets', projected: { defaultMode: 0o440, sources: [{ secret: { name, items } }] } },
    { name: 'trust', projected: { defaultMode: 0o440, sources: trust } },
  ];
}

function podOf(scope: Component, service: Service, configuration: Configuration): object {
  const name = migrationOf(service);
  const given = new Given(scope.platform, migrations);
  const pod: k8s.PodSpec = {
    restartPolicy: 'Never',
    serviceAccountName: names.serviceAccount(service.name),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    nodeSelector: given.nodeSelector(name),
    securityContext: podSecurity(USER_ID),
    containers: [],
    volumes: volumes(name, configuration),
  };
  const container = {
    name: 'migration',
    image: imageOf(service, scope.platform.images),
    imagePullPolicy: 'IfNotPresent',
    args: [IMAGE_PROGRAMS.migration],
    env: environment(name, configuration),
    resources: given.size(name),
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [
      { name: 'secrets', mountPath: SECRETS_FOLDER, readOnly: true },
      { name: 'trust', mountPath: TRUST_FOLDER, readOnly: true },
    ],
  };
  return { ...k8s.toJson_PodSpec(pod), containers: [container] };
}

/** Brings the databases of a service forward before its pods are replaced; nothing where it owns none. */
export function addMigration(scope: Component, service: Service): void {
  const { catalog } = scope.platform;
  if (migratedBy(catalog, service).length === 0) return;
  const name = migrationOf(service);
  const configuration = configurationOf(scope.platform, migrating(scope, service));
  const labels = { [JOB_LABEL]: name, [TEAM_LABEL]: service.owner };
  const metadata = { name, namespace: scope.props.namespace, labels };
  new ExternalSecret(scope, 'ExternalSecret-migration', {
    metadata,
    spec: externalSecretSpec(name, {
      store: AWS_STORE,
      values: configuration.remote,
      keys: configuration.templates,
    }),
  });
  new Job(scope, 'Job-migration', {
    metadata: { ...metadata, annotations: SYNC_HOOK },
    spec: {
      ...JOB_LIMITS,
      template: { metadata: { labels: { ...labels, ...OUTSIDE_MESH } }, spec: podOf(scope, service, configuration) },
    },
  });
}
