import type { Environment, Site } from './model/index.ts';
import type { StackKind } from './stacks.ts';

export type { StackKind } from './stacks.ts';

/**
 * Names that two sides must agree on. Infra publishes under them, charts, local and services read them;
 * neither side imports the other.
 */
export const PLATFORM = 'gamemetrics';

type Target = Pick<Environment, 'name' | 'account' | 'standby'>;
type Place = Pick<Site, 'name' | 'standby'>;

/** What tells the recovery region's names from its environment's where an account, or the world, shares them. */
const siteLabel = ({ name, standby }: Place): string => (standby ? `${name}-recovery` : name);

/** What each customer-managed key encrypts; `volumes` are the disks of nodes and pods. */
export type KeyUse = 'storage' | 'database' | 'cache' | 'cluster' | 'volumes' | 'alerts' | 'backup' | 'images';

export const names = {
  /** `gamemetrics-dev-network` */
  stack: (site: Place, kind: StackKind): string => `${PLATFORM}-${siteLabel(site)}-${kind}`,
  cluster: (site: Place): string => `${PLATFORM}-${siteLabel(site)}`,
  /** Globally unique because the account is part of it. At most 63 characters. */
  bucket: (environment: Target, bucket: string): string =>
    `${PLATFORM}-${siteLabel(environment)}-${environment.account}-${bucket}`,
  /** Tags of an environment's VPC that no other VPC of its account has. */
  networkTags: ({ name }: Pick<Environment, 'name'>) => ({ environment: name, owner: 'platform' }),
  /** Where a bucket is reached, by the SDK's way of writing it. */
  bucketHost: (environment: Target & Pick<Environment, 'region'>, bucket: string): string =>
    `${names.bucket(environment, bucket)}.s3.${environment.region}.amazonaws.com`,
  /** The IAM role of a service account, assumed through EKS Pod Identity. */
  serviceRole: (environment: Place, service: string): string => `${PLATFORM}-${siteLabel(environment)}-${service}`,
  /** The KMS key of a group of stores. */
  keyAlias: (site: Place, use: KeyUse): string => `alias/${PLATFORM}/${siteLabel(site)}/${use}`,

  /** Secrets Manager: credentials of one service for one store: JSON `{username, password}`; endpoint values beside it. */
  storeSecret: (environment: Pick<Environment, 'name'>, store: string, service: string): string =>
    `${PLATFORM}/${environment.name}/${store}/${service}`,
  /** Secrets Manager: where a store of AWS is, written by its stack: JSON `{host, port, …}`. */
  storeEndpoint: (environment: Pick<Environment, 'name'>, engine: 'rds-postgresql' | 'elasticache'): string =>
    `${PLATFORM}/${environment.name}/${engine}/endpoint`,

  /** Secrets Manager: the administrator of the RDS instance, for the job that creates databases and roles. */
  databaseAdministratorSecret: (environment: Pick<Environment, 'name'>): string =>
    `${PLATFORM}/${environment.name}/rds-postgresql/administrator`,
  /** The role that people assume to use the Kubernetes API. */
  accessRole: (environment: Place, role: string): string => `${PLATFORM}-${siteLabel(environment)}-access-${role}`,

  databaseRole: (service: string): string => service.replaceAll('-', '_'),
  cacheUser: (service: string): string => service,
  /** Every key and channel of a service starts with it; its cache user may touch no other. */
  cacheKeyPrefix: (service: string): string => `${service}:`,
  /** A store's database name inside its engine. */
  database: (store: string): string => store.replaceAll('-', '_'),

  kafkaCluster: PLATFORM,
  kafkaUser: (service: string): string => service,
  /** Strimzi names the bootstrap service after the cluster. Port 9093: SCRAM over TLS. */
  kafkaBootstrap: `${PLATFORM}-kafka-bootstrap.kafka.svc:9093`,
  /** Strimzi's headless service, under which each broker has a name. */
  kafkaBrokers: `${PLATFORM}-kafka-brokers.kafka.svc:9093`,
  /** The secret that Strimzi's user operator writes for a KafkaUser, in its own namespace. */
  kafkaUserSecret: (service: string): string => service,
  /** The KafkaConnect cluster that relays outboxes. */
  connectCluster: 'outbox',
  schemaRegistryHost: 'schema-registry.kafka.svc.cluster.local',
  kafkaCaSecret: `${PLATFORM}-cluster-ca-cert`,
  /** Consumer groups start with the service's name, so that one ACL prefix covers them. */
  consumerGroup: (service: string, topic: string): string => `${service}.${topic}`,

  priorityClass: (level: string): string => `${PLATFORM}-${level}`,
  serviceAccount: (service: string): string => service,
  /** The secret that External Secrets writes for a service, and its config map. */
  serviceSecret: (service: string): string => `${service}-secrets`,
  serviceConfiguration: (service: string): string => `${service}-config`,
  serviceHost: (service: string, namespace: string): string => `${service}.${namespace}.svc.cluster.local`,
  /** Leads to the pods of a revision that nobody sees yet. */
  previewService: (service: string): string => `${service}-preview`,
  /** The service that the operator of Prometheus makes for it. */
  prometheusHost: 'prometheus-operated.observability.svc.cluster.local',
  /** The primary itself; its pooler; and the pooler of RDS. */
  timescaleHost: 'timescaledb-rw.databases.svc.cluster.local',
  timescalePoolerHost: 'timescaledb-pooler.databases.svc.cluster.local',
  pgbouncerHost: 'pgbouncer.databases.svc.cluster.local',
  qdrantHost: 'qdrant.databases.svc.cluster.local',
  natsHost: 'nats.databases.svc.cluster.local',
  /** Takes traces as OTLP over HTTP on port 4318. */
  traceCollectorHost: 'otel-collector.observability.svc.cluster.local',
  traceStoreHost: 'tempo.observability.svc.cluster.local',

  image: (registry: { readonly account: string; readonly region: string }, service: string): string =>
    `${registry.account}.dkr.ecr.${registry.region}.amazonaws.com/${names.repository(service)}`,
  repository: (service: string): string => `${PLATFORM}/${service}`,
  /** The role that GitHub Actions assumes, by its own identity, for one job. */
  ciRole: (site: Pick<Site, 'name'>, job: CiJob): string => `${PLATFORM}-${site.name}-ci-${job}`,
  /** The web ACL that the ingress of the public gateway names. */
  webAcl: (environment: Pick<Environment, 'name'>): string => `${PLATFORM}-${environment.name}`,
  trail: (environment: Pick<Environment, 'name'>): string => `${PLATFORM}-${environment.name}`,
  backupVault: (site: Place): string => `${PLATFORM}-${siteLabel(site)}`,
  /** Everybody who must hear of AWS listens to this topic. */
  alertTopic: (site: Place): string => `${PLATFORM}-${siteLabel(site)}-alerts`,
  alarm: (site: Place, alarm: string): string => `${PLATFORM}-${siteLabel(site)}-${alarm}`,
  /** The group of EventBridge Scheduler's schedules that put an environment to sleep and wake it. */
  scheduleGroup: (site: Place): string => `${PLATFORM}-${siteLabel(site)}-sleep`,
  /** `Name` of the security group of the balancers that the other region reads from; their Services name it so. */
  replicationGroup: (site: Place): string => `${PLATFORM}-${siteLabel(site)}-replication`,
  publicHost: (environment: Pick<Environment, 'domain'>, use: 'api' | 'dashboard' | 'id' | 'kafka'): string =>
    `${use}.${environment.domain}`,
  /** Where players find the game nodes of an environment. */
  gameHost: (environment: Pick<Environment, 'domain'>): string => `play.${environment.domain}`,
  /** The service of the load balancer for players. */
  gameService: (service: string): string => `${service}-game`,
  /** The `iss` of the platform's tokens: user-service under its public name. */
  tokenIssuer: (environment: Pick<Environment, 'domain'>): string => `https://id.${environment.domain}`,
  /** Where user-service serves the keys that verify tokens. */
  tokenKeysPath: '/oidc/jwks',

  qdrantSnapshotsServiceAccount: 'qdrant-snapshots',
  /** The service account of External Secrets, which infra gives its role by Pod Identity. */
  externalSecretsServiceAccount: 'external-secrets',
  timescaleCluster: 'timescaledb',
  timescalePooler: 'timescaledb-pooler',
  /** Written by the operator of TimescaleDB: `ca.crt` is what its clients trust. */
  timescaleCaSecret: 'timescaledb-ca',
  /** Written by cert-manager: the authority of what else runs among the databases. */
  databasesCaSecret: 'databases-ca',
  /** What External Secrets writes for the operator of TimescaleDB: the password of a service's role. */
  timescaleRoleSecret: (service: string): string => `timescaledb-${service}`,
} as const;

/** What CI does in an account: publish images, deploy a merged change, compare a proposed one. */
export type CiJob = 'publish' | 'deploy' | 'diff';

/** The label of every node and the taint of the data nodes: `system`, `application` or `data`. */
export const POOL_LABEL = `${PLATFORM}/pool`;

/** Service accounts of the cluster's own parts that get AWS credentials; charts install them under these names. */
export const systemAccounts = {
  'vpc-cni': { namespace: 'kube-system', serviceAccount: 'aws-node' },
  'ebs-csi-driver': { namespace: 'kube-system', serviceAccount: 'ebs-csi-controller-sa' },
  'cluster-autoscaler': { namespace: 'system', serviceAccount: 'cluster-autoscaler' },
  kyverno: { namespace: 'security', serviceAccount: 'kyverno-admission-controller' },
  'external-secrets': { namespace: 'security', serviceAccount: names.externalSecretsServiceAccount },
  'external-dns': { namespace: 'system', serviceAccount: 'external-dns' },
  'load-balancer-controller': { namespace: 'system', serviceAccount: 'aws-load-balancer-controller' },
  velero: { namespace: 'velero', serviceAccount: 'velero' },
  loki: { namespace: 'observability', serviceAccount: 'loki' },
  thanos: { namespace: 'observability', serviceAccount: 'thanos' },
  // Thanos' sidecar runs in Prometheus' own pods.
  prometheus: { namespace: 'observability', serviceAccount: 'prometheus' },
  tempo: { namespace: 'observability', serviceAccount: 'tempo' },
  // The operator of PostgreSQL gives its pods an account that is called as their cluster is.
  timescaledb: { namespace: 'databases', serviceAccount: 'timescaledb' },
  'qdrant-snapshots': { namespace: 'databases', serviceAccount: names.qdrantSnapshotsServiceAccount },
} as const;

export type SystemAccount = keyof typeof systemAccounts;

/** Ports of the engines, as their vendors give them. */
export const enginePorts = {
  kafka: 9093,
  /** What MirrorMaker 2 in the recovery region reads from; SCRAM over TLS, behind a balancer inside the network. */
  kafkaReplication: 9094,
  postgresql: 5432,
  redis: 6379,
  qdrant: 6333,
  nats: 4222,
  otlpHttp: 4318,
  schemaRegistry: 8080,
  https: 443,
  prometheus: 9090,
} as const;

/** Stands for an image that CI has not built yet; the verifier reports it as «not built», and no registry has it. */
export const NOT_BUILT_DIGEST = `sha256:${'0'.repeat(64)}`;

/** The database that every store of the engine `rds-postgresql` is created in, by name. */
export const DATABASE_ADMINISTRATOR = 'gamemetrics_admin';
