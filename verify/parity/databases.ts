import {
  databasesOf,
  migratedBy,
  migrationOf,
  POOLING,
  rolesOf,
  SECRET_REFRESH,
  storeStatus,
  TIMESCALE,
} from '#catalog/databases.ts';
import { footprintsOf, replicasOf } from '#catalog/footprints.ts';
import type { Catalog, Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { DATABASES_NAMESPACE, SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { OBJECT_KEEPERS } from '#catalog/stores.ts';
import type { Manifest } from '../tree/manifest.ts';
import { type Declared, type Facts, foundIn, type ParityRow, type Surroundings } from './row.ts';

const GROUP = 'postgresql.cnpg.io';
const HOOK = 'argocd.argoproj.io/hook';
const CLUSTER = 'timescale of the environment';

const text = (manifest: Manifest, path: string): string => String(manifest.root.at(path).value);
const facts = (manifest: Manifest, ...paths: readonly string[]): Facts =>
  Object.fromEntries(paths.map((path) => [path, text(manifest, path)]));

const inUse = (catalog: Catalog): boolean => catalog.stores.some(({ engine }) => engine === 'timescaledb');

const declaredCluster = ({ timescale }: Environment): Facts => ({
  'spec.instances': String(timescale.instances),
  'spec.storage.size': `${timescale.storageGiB}Gi`,
  'spec.resources.requests.memory': `${timescale.memoryMiB}Mi`,
  'spec.postgresql.parameters.archive_timeout': TIMESCALE.archiveTimeout,
  'spec.enableSuperuserAccess': 'false',
  archiver: TIMESCALE.archiver,
  'spec.certificates.serverAltDNSNames': names.timescalePoolerHost,
});

const clusterFacts = (cluster: Manifest): Facts => ({
  ...facts(
    cluster,
    'spec.instances',
    'spec.storage.size',
    'spec.resources.requests.memory',
    'spec.postgresql.parameters.archive_timeout',
    'spec.enableSuperuserAccess',
  ),
  archiver: cluster.root
    .list('spec.plugins')
    .find((plugin) => plugin.key('isWALArchiver').value === true)
    ?.key('name').text,
  'spec.certificates.serverAltDNSNames': cluster.root
    .list('spec.certificates.serverAltDNSNames')
    .map((name) => name.text)
    .join(', '),
});

const managedRoles = ({ tree }: Surroundings) =>
  tree
    .ofKind('Cluster', GROUP)
    .flatMap((cluster) =>
      cluster.root
        .list('spec.managed.roles')
        .map((role) =>
          foundIn(cluster, role.key('name').text ?? '', { passwordSecret: role.at('passwordSecret.name').text }),
        ),
    );

/** Replicas of a pooler are those of its footprint. */
function declaredPooler({ catalog, tree }: Surroundings, party: string): Facts {
  const pod = footprintsOf(catalog)
    .flatMap(({ pods }) => pods)
    .find((candidate) => candidate.party === party);
  return { replicas: pod && String(replicasOf(pod, tree.environment)) };
}

const poolerFacts = (manifest: Manifest): Facts => ({
  replicas: text(manifest, 'spec.instances'),
  ...facts(manifest, 'spec.type', 'spec.pgbouncer.poolMode', 'spec.pgbouncer.parameters.max_prepared_statements'),
});

const jobFacts = ({ root }: Manifest): Facts => ({
  hook: root.at('metadata.annotations').texts[HOOK],
  mesh: root.at('spec.template.metadata.labels').texts['sidecar.istio.io/inject'],
});

const migrating = (catalog: Catalog): readonly Declared[] =>
  catalog.services
    .filter((service) => migratedBy(catalog, service).length > 0)
    .map((service) => ({
      key: `${SERVICES_NAMESPACE}/${migrationOf(service)}`,
      by: `stores of ${service.name}`,
      facts: { hook: 'Sync', mesh: 'false' },
    }));

const backups = ({ tree, catalog }: Surroundings): readonly Declared[] => {
  const { bucket, prefix } = OBJECT_KEEPERS.timescaledb;
  const path = `s3://${names.bucket(tree.environment, bucket)}/${prefix}`;
  if (!inUse(catalog)) return [];
  return [
    {
      key: 'archive',
      by: 'OBJECT_KEEPERS.timescaledb',
      facts: { 'spec.configuration.destinationPath': path, 'spec.retentionPolicy': TIMESCALE.backup.retention },
    },
    { key: 'schedule', by: 'TIMESCALE.backup', facts: { 'spec.schedule': TIMESCALE.backup.schedule } },
  ];
};

export const databaseRows: readonly ParityRow[] = [
  {
    kind: 'database cluster',
    says: 'TimescaleDB has the size of its environment, and archives its log.',
    declared: ({ catalog, tree }) =>
      inUse(catalog) ? [{ key: names.timescaleCluster, by: CLUSTER, facts: declaredCluster(tree.environment) }] : [],
    found: ({ tree }) =>
      tree.ofKind('Cluster', GROUP).map((cluster) => foundIn(cluster, cluster.name, clusterFacts(cluster))),
  },
  {
    kind: 'database role',
    says: 'Each service that uses TimescaleDB has a role there with a password of its own.',
    declared: ({ catalog }) =>
      rolesOf(catalog, 'timescaledb').map(({ role, service, store }) => ({
        key: role,
        by: `services.${service}.stores.${store}`,
        facts: { passwordSecret: names.timescaleRoleSecret(service) },
      })),
    found: managedRoles,
  },
  {
    kind: 'database',
    says: 'Each store of TimescaleDB is a database of its owner.',
    declared: ({ catalog }) =>
      databasesOf(catalog, 'timescaledb').map(({ name, owner }) => ({
        key: name,
        by: `stores.${name}`,
        facts: { 'spec.owner': owner, 'spec.cluster.name': names.timescaleCluster },
      })),
    found: ({ tree }) =>
      tree
        .ofKind('Database', GROUP)
        .map((database) =>
          foundIn(database, text(database, 'spec.name'), facts(database, 'spec.owner', 'spec.cluster.name')),
        ),
  },
  {
    kind: 'pooler',
    says: 'TimescaleDB has its pooler, which shares connections by the transaction.',
    declared: (surroundings) =>
      inUse(surroundings.catalog)
        ? [
            {
              key: names.timescalePooler,
              by: 'parts.timescaledb',
              facts: {
                ...declaredPooler(surroundings, 'timescaledb-pooler'),
                'spec.type': 'rw',
                'spec.pgbouncer.poolMode': POOLING.mode,
                'spec.pgbouncer.parameters.max_prepared_statements': String(POOLING.maxPreparedStatements),
              },
            },
          ]
        : [],
    found: ({ tree }) =>
      tree.ofKind('Pooler', GROUP).map((pooler) => foundIn(pooler, pooler.name, poolerFacts(pooler))),
  },
  {
    kind: 'database backup',
    says: 'Base backups and log of TimescaleDB go to their part of the bucket, as often and as long as is declared.',
    declared: backups,
    found: ({ tree }) => [
      ...tree
        .ofKind('ObjectStore', 'barmancloud.cnpg.io')
        .map((store) =>
          foundIn(store, 'archive', facts(store, 'spec.configuration.destinationPath', 'spec.retentionPolicy')),
        ),
      ...tree
        .ofKind('ScheduledBackup', GROUP)
        .map((backup) => foundIn(backup, 'schedule', facts(backup, 'spec.schedule'))),
    ],
  },
  {
    kind: 'preparing job',
    says: 'Databases are created, and brought forward, by jobs of each sync that no sidecar keeps alive.',
    declared: ({ catalog }) => [
      ...migrating(catalog),
      ...(storeStatus(catalog, 'rds-postgresql') === 'built'
        ? [
            {
              key: `${DATABASES_NAMESPACE}/database-setup`,
              by: 'parts.pgbouncer',
              facts: { hook: 'Sync', mesh: 'false' },
            },
          ]
        : []),
    ],
    found: ({ tree }) =>
      tree
        .ofKind('Job', 'batch')
        .filter(({ namespace }) => namespace === DATABASES_NAMESPACE || namespace === SERVICES_NAMESPACE)
        .map((job) => foundIn(job, `${job.namespace}/${job.name}`, jobFacts(job))),
  },
  {
    kind: 'refreshed secret',
    says: 'Each copy of a secret is as fresh as is declared, so that a rotation needs no restart.',
    declared: ({ tree }) =>
      tree.ofKind('ExternalSecret').map(({ namespace, name }) => ({
        key: `${namespace}/${name}`,
        by: 'SECRET_REFRESH',
        facts: { 'spec.refreshInterval': SECRET_REFRESH },
      })),
    found: ({ tree }) =>
      tree
        .ofKind('ExternalSecret')
        .map((secret) => foundIn(secret, `${secret.namespace}/${secret.name}`, facts(secret, 'spec.refreshInterval'))),
  },
];
