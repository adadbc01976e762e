import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { type DatabaseRole, databasesOf, POOLING, rolesOf, TIMESCALE } from '#catalog/databases.ts';
import { foreignImage, foreignImages } from '#catalog/images.ts';
import { names, PLATFORM, POOL_LABEL } from '#catalog/names.ts';
import { DATABASES_NAMESPACE } from '#catalog/namespaces.ts';
import { timescaledb } from '#catalog/parts/timescaledb.ts';
import { OBJECT_KEEPERS } from '#catalog/stores.ts';
import {
  Cluster,
  type ClusterSpec,
  Database,
  type ManagedRole,
  ObjectStore,
  Pooler,
  ScheduledBackup,
} from '../../lib/cloudnative-pg.ts';
import { Component, type Platform, TEAM_LABEL } from '../../lib/component.ts';
import { asIs, ExternalSecret, externalSecretSpec } from '../../lib/external-secrets.ts';
import { keptWith } from '../../lib/protection.ts';
import { gibibytes, mebibytes, millis } from '../../lib/quantities.ts';
import { HOST, tolerating, ZONE } from '../../lib/scheduling.ts';
import { CONTAINER_SECURITY } from '../../lib/security.ts';
import { priorityClass, type StorageClassName } from '../classes.ts';
import { Given } from '../operators/given.ts';
import { AWS_STORE } from '../secret-stores.ts';

const NAME = names.timescaleCluster;
const BACKUPS = `${NAME}-backups`;
const STORAGE_CLASS: StorageClassName = 'fast-ssd';
/** The operator takes a changed password over when its secret has this label (its documentation, «Declarative role management»). */
const RELOADED = { 'cnpg.io/reload': 'true' } as const;

const amounts = ({ cpuMillis, memoryMiB }: { readonly cpuMillis: number; readonly memoryMiB: number }) => ({
  requests: { cpu: millis(cpuMillis), memory: mebibytes(memoryMiB) },
  limits: { memory: mebibytes(memoryMiB) },
});

/** The event store: an instance in each zone that the environment pays for, archived by the minute, behind a pooler. */
export class Timescale extends Component {
  readonly #roles: readonly DatabaseRole[];

  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'timescaledb',
      summary: timescaledb.summary,
      owner: 'platform',
      namespace: DATABASES_NAMESPACE,
      stage: 'data',
    });
    this.#roles = rolesOf(platform.catalog, 'timescaledb');
    for (const role of this.#roles) this.#addPassword(role);
    this.#addBackups();
    this.#addCluster();
    this.#addDatabases();
    this.#addPooler();
  }

  #addPassword({ service, role, store }: DatabaseRole): void {
    const name = names.timescaleRoleSecret(service);
    const key = names.storeSecret(this.platform.environment, store, service);
    new ExternalSecret(this, `ExternalSecret-${service}`, {
      metadata: this.named(name),
      spec: externalSecretSpec(name, {
        store: AWS_STORE,
        values: [{ secretKey: 'password', remoteRef: { key, property: 'password' } }],
        keys: { username: role, password: asIs('password') },
        shape: { type: 'kubernetes.io/basic-auth', labels: RELOADED },
      }),
    });
  }

  #addBackups(): void {
    const { bucket, prefix } = OBJECT_KEEPERS.timescaledb;
    const destination = `s3://${names.bucket(this.platform.environment, bucket)}/${prefix}`;
    new ObjectStore(this, 'ObjectStore', {
      metadata: this.named(BACKUPS),
      spec: {
        retentionPolicy: TIMESCALE.backup.retention,
        configuration: {
          destinationPath: destination,
          s3Credentials: { inheritFromIAMRole: true },
          wal: { compression: 'zstd', maxParallel: 4 },
          data: { compression: 'gzip', jobs: 2 },
        },
        instanceSidecarConfiguration: { resources: amounts(TIMESCALE.backup) },
      },
    });
    new ScheduledBackup(this, 'ScheduledBackup', {
      metadata: this.named(NAME),
      spec: {
        cluster: { name: NAME },
        schedule: TIMESCALE.backup.schedule,
        immediate: true,
        method: 'plugin',
        pluginConfiguration: { name: TIMESCALE.archiver },
        backupOwnerReference: 'self',
        target: 'prefer-standby',
      },
    });
  }

  #addCluster(): void {
    const { environment } = this.platform;
    const { instances, storageGiB, memoryMiB } = environment.timescale;
    const { user } = foreignImages.timescaledb;
    new Cluster(this, 'Cluster', {
      metadata: { ...this.named(NAME), annotations: keptWith(environment) },
      spec: {
        description: timescaledb.summary,
        instances,
        imageName: foreignImage('timescaledb', TIMESCALE.postgresql),
        postgresUID: user,
        postgresGID: user,
        bootstrap: this.#bootstrap(),
        postgresql: this.#settings(),
        managed: { roles: this.#roles.map(managedRole) },
        certificates: { serverAltDNSNames: [names.timescalePoolerHost] },
        enableSuperuserAccess: false,
        enablePDB: instances > 1,
        primaryUpdateMethod: instances > 1 ? 'switchover' : 'restart',
        primaryUpdateStrategy: 'unsupervised',
        storage: { size: gibibytes(storageGiB), storageClass: STORAGE_CLASS, resizeInUseVolumes: true },
        resources: amounts({ cpuMillis: TIMESCALE.cpuMillis, memoryMiB }),
        affinity: this.#affinity(),
        priorityClassName: priorityClass('data'),
        seccompProfile: { type: 'RuntimeDefault' },
        inheritedMetadata: { labels: { 'app.kubernetes.io/part-of': PLATFORM, [TEAM_LABEL]: this.props.owner } },
        plugins: [{ name: TIMESCALE.archiver, isWALArchiver: true, parameters: { barmanObjectName: BACKUPS } }],
        monitoring: { enablePodMonitor: false },
      },
    });
  }

  /** C.UTF-8 on every machine: the order of texts is the order of code points, and no upgrade of a library changes it. */
  #bootstrap(): ClusterSpec['bootstrap'] {
    const [database] = databasesOf(this.platform.catalog, 'timescaledb');
    const owner = this.#roles.find(({ role }) => role === database?.owner);
    if (!database || !owner) throw new TypeError('TimescaleDB has no database whose owner uses it.');
    return {
      initdb: {
        database: database.name,
        owner: owner.role,
        secret: { name: names.timescaleRoleSecret(owner.service) },
        encoding: 'UTF8',
        localeCollate: 'C',
        localeCType: 'C.UTF-8',
        dataChecksums: true,
      },
    };
  }

  #settings(): ClusterSpec['postgresql'] {
    const { instances, memoryMiB } = this.platform.environment.timescale;
    return {
      shared_preload_libraries: ['timescaledb'],
      parameters: {
        shared_buffers: `${Math.floor(memoryMiB * TIMESCALE.sharedBuffersShare)}MB`,
        max_connections: String(TIMESCALE.maxConnections),
        archive_timeout: TIMESCALE.archiveTimeout,
        wal_compression: 'lz4',
        'timescaledb.telemetry_level': 'off',
        log_min_duration_statement: '1s',
        log_lock_waits: 'on',
        idle_in_transaction_session_timeout: '60s',
      },
      // Acknowledged by the replica while there is one; a replica that is away stops nobody.
      ...(instances > 1 ? { synchronous: { method: 'any', number: 1, dataDurability: 'preferred' } } : {}),
    };
  }

  #affinity(): ClusterSpec['affinity'] {
    const { nodeGroups } = this.platform.environment;
    return {
      nodeSelector: { [POOL_LABEL]: 'data' },
      tolerations: tolerating('data'),
      enablePodAntiAffinity: true,
      podAntiAffinityType: 'required',
      topologyKey: nodeGroups.data.zones > 1 ? ZONE : HOST,
    };
  }

  /** The first database is made with the cluster; this adds what only a superuser may: the extension. */
  #addDatabases(): void {
    for (const { name, owner } of databasesOf(this.platform.catalog, 'timescaledb'))
      new Database(this, `Database-${name}`, {
        metadata: { ...this.named(name), annotations: keptWith(this.platform.environment) },
        spec: {
          cluster: { name: NAME },
          name,
          owner,
          databaseReclaimPolicy: 'retain',
          extensions: [{ name: 'timescaledb', ensure: 'present' }],
        },
      });
  }

  #addPooler(): void {
    const given = new Given(this.platform, timescaledb);
    const party = 'timescaledb-pooler';
    const labels = { 'cnpg.io/poolerName': names.timescalePooler };
    const spread = { maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: labels } };
    new Pooler(this, 'Pooler', {
      metadata: this.named(names.timescalePooler),
      spec: {
        cluster: { name: NAME },
        instances: given.replicas(party),
        type: 'rw',
        pgbouncer: { poolMode: POOLING.mode, parameters: poolerParameters() },
        template: {
          metadata: { labels: { 'app.kubernetes.io/part-of': PLATFORM, [TEAM_LABEL]: this.props.owner } },
          spec: {
            nodeSelector: given.nodeSelector(party),
            priorityClassName: priorityClass('critical'),
            topologySpreadConstraints: [ZONE, HOST].map((topologyKey) => ({ ...spread, topologyKey })),
            containers: [
              {
                name: 'pgbouncer',
                image: foreignImage('pgbouncer'),
                resources: given.size(party),
                securityContext: CONTAINER_SECURITY,
              },
            ],
          },
        },
        monitoring: { enablePodMonitor: false },
      },
    });
    if (given.replicas(party) > 1) this.#addPoolerBudget(labels);
  }

  #addPoolerBudget(labels: Record<string, string>): void {
    new k8s.KubePodDisruptionBudget(this, 'PodDisruptionBudget', {
      metadata: this.named(names.timescalePooler),
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: labels },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}

const managedRole = ({ service, role }: DatabaseRole): ManagedRole => ({
  name: role,
  ensure: 'present',
  login: true,
  comment: `Sessions of ${service}`,
  passwordSecret: { name: names.timescaleRoleSecret(service) },
});

const poolerParameters = (): Readonly<Record<string, string>> => ({
  max_client_conn: String(POOLING.maxClientConnections),
  default_pool_size: String(POOLING.connectionsPerRole),
  max_prepared_statements: String(POOLING.maxPreparedStatements),
  ignore_startup_parameters: POOLING.ignoredStartupParameters.join(','),
});
