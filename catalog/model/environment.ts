export type EnvironmentName = 'dev' | 'staging' | 'prod';

/** The shared account holds the images of all environments. */
export type SiteName = EnvironmentName | 'shared';

/** A place for stacks: an account, a region, and whether data outlives its stack there. */
export interface Site {
  readonly name: SiteName;
  readonly account: string;
  readonly region: string;
  readonly retainData: boolean;
  /** The recovery region of an environment: the same account, names of its own where an account or the world shares them. */
  readonly standby?: true;
}

/** An availability zone pinned by id: names mean different zones in different accounts, and EKS rejects some ids. */
export interface Zone {
  readonly name: string;
  readonly id: string;
}

export interface NodeGroup {
  readonly instanceTypes: readonly string[];
  readonly capacity: 'ON_DEMAND' | 'SPOT';
  readonly min: number;
  readonly desired: number;
  readonly max: number;
  readonly diskGiB: number;
  /** Over how many of the environment's zones it spreads. A volume lives in one zone, so a group of one node has one. */
  readonly zones: 1 | 3;
}

export type NodeGroupName = 'system' | 'application' | 'data';

/** The way out of the private subnets: gateways of AWS, one or one a zone, or a single instance that does their job. */
export type Nat =
  | { readonly kind: 'gateways'; readonly count: number }
  | { readonly kind: 'instance'; readonly instanceType: string };

/** A daily copy of the databases in a vault of their own, out of reach of whoever administers them. */
export interface BackupRule {
  readonly name: string;
  readonly retentionDays: number;
}

export type AwakeSizes = Readonly<Record<NodeGroupName, { readonly min: number; readonly desired: number }>>;

/** The region that takes over when the first one is lost, and what of it is awake before that (adr/0011). */
export interface Recovery {
  readonly region: string;
  readonly zones: readonly [Zone, Zone, Zone];
  readonly network: NetworkSize;
  readonly nodeGroups: Readonly<Record<NodeGroupName, NodeGroup>>;
  readonly awake: AwakeSizes;
  readonly cache: CacheSize;
}

export interface NetworkSize {
  readonly cidr: string;
  readonly nat: Nat;
  readonly interfaceEndpoints: readonly ('ecr.api' | 'ecr.dkr' | 'sts' | 'secretsmanager' | 'logs')[];
  readonly flowLogRetentionDays: number;
}

export interface DatabaseSize {
  readonly instanceType: string;
  readonly storageGiB: number;
  readonly maxStorageGiB: number;
  readonly multiAz: boolean;
  readonly readReplicas: number;
  readonly backupRetentionDays: number;
}

export interface CacheSize {
  readonly nodeType: string;
  readonly shards: number;
  readonly replicasPerShard: number;
}

export interface KafkaSize {
  readonly controllers: number;
  readonly brokers: number;
  readonly storageGiB: number;
  readonly brokerMemoryMiB: number;
  readonly replicationFactor: number;
  readonly minInSyncReplicas: number;
}

export interface InClusterSize {
  readonly instances: number;
  readonly storageGiB: number;
  readonly memoryMiB: number;
}

/** Who may use the Kubernetes API: a role of the account for people to assume, and what EKS lets it do. */
export interface ClusterAccess {
  readonly role: string;
  readonly policy:
    | 'AmazonEKSClusterAdminPolicy'
    | 'AmazonEKSEditPolicy'
    | 'AmazonEKSAdminViewPolicy'
    | 'AmazonEKSViewPolicy';
  /** Only these namespaces; an empty list means the whole cluster. */
  readonly namespaces: readonly string[];
}

/** When an environment has nodes and a database that runs; the rest of the week it sleeps (adr/0012). */
export interface WakingHours {
  /** Days of the week as EventBridge Scheduler's cron takes them. */
  readonly days: 'MON-FRI' | 'MON-SAT' | 'MON-SUN';
  /** Hours of the day, on the clock of the time zone: awake from the first, asleep from the second. */
  readonly from: number;
  readonly to: number;
  /** IANA. */
  readonly timeZone: string;
}

export interface Environment extends Site {
  readonly name: EnvironmentName;
  readonly summary: string;
  readonly zones: readonly [Zone, Zone, Zone];
  readonly recovery?: Recovery;
  /** What AWS Backup keeps beside what the databases keep themselves; none where data goes with its environment. */
  readonly backups: readonly BackupRule[];
  /** Sizes of the node groups once the recovery region has taken over; absent everywhere else. */
  readonly awake?: AwakeSizes;
  /** Always awake when absent. */
  readonly wakingHours?: WakingHours;
  readonly domain: string;
  /** US dollars a month at base load, the recovery region excluded (spec, platform.md). */
  readonly budget: { readonly minUsd: number; readonly maxUsd: number };
  readonly objectLock: boolean;
  readonly network: NetworkSize;
  /** Networks that may open the Kubernetes API from outside the VPC. */
  readonly apiAccessCidrs: readonly string[];
  readonly clusterAccess: readonly ClusterAccess[];
  /** How long CloudWatch keeps the logs of the control plane and of the database. */
  readonly logRetentionDays: number;
  /** Whether a web ACL stands before the public gateway. */
  readonly firewall: boolean;
  /** MiB a second of a volume for brokers and databases; 125 come with every gp3 volume, more is paid for. */
  readonly volumeThroughput: number;
  readonly nodeGroups: Readonly<Record<NodeGroupName, NodeGroup>>;
  readonly database: DatabaseSize;
  readonly cache: CacheSize;
  readonly kafka: KafkaSize;
  readonly timescale: InClusterSize;
  readonly qdrant: InClusterSize;
  /** `full`: the catalog's own scaling; `single`: one replica a service, for an environment that may be down for a moment. */
  readonly replicas: 'full' | 'single';
  readonly logLevel: 'debug' | 'info';
  readonly traceSamplingRatio: number;
  readonly delivery: { readonly automatedSync: boolean };
}
