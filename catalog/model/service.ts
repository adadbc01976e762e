import type { Metric } from './metric.ts';
import type { Objective } from './objective.ts';
import type { Scaling } from './scaling.ts';

export interface Port {
  readonly number: number;
  readonly protocol: 'http' | 'grpc' | 'tcp' | 'udp';
  /** Who may open it. `mesh`: declared callers only; `public`: also the ingress gateway; `game`: the game load balancer. */
  readonly exposure: 'mesh' | 'public' | 'game' | 'management';
}

export interface Consumption {
  readonly topic: string;
  /**
   * `shared`: the replicas split the partitions under one group.
   * `broadcast`: every replica reads everything under a group of its own, prefixed with the service's name.
   */
  readonly delivery: 'shared' | 'broadcast';
  readonly purpose: string;
}

export interface Production {
  readonly topic: string;
  readonly purpose: string;
}

export interface StoreUse {
  readonly store: string;
  readonly access: 'read' | 'read-write';
  /** Why it goes past the pooler of a database: long streams over few connections. Everybody else shares the pooler's. */
  readonly direct?: string;
  readonly purpose: string;
}

export interface Call {
  readonly service: string;
  readonly port: string;
  readonly purpose: string;
}

/** A host outside the cluster and AWS that the service must reach. */
export interface OutsideHost {
  readonly host: string;
  readonly port: number;
  readonly purpose: string;
}

/** A personal datum that passes through or rests in a service, for the record of processing (GDPR article 30). */
export interface PersonalData {
  readonly field: string;
  readonly purpose: string;
  readonly rests: boolean;
}

export interface Setting {
  readonly variable: string;
  readonly value: string;
  readonly purpose: string;
}

export interface Resources {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
  /** Where the figures come from. */
  readonly origin: string;
}

export interface Service {
  readonly name: string;
  readonly summary: string;
  readonly owner: string;
  /** `planned`: it has its manifests, outside the app-of-apps, and no folder. */
  readonly status: 'built' | 'planned';
  readonly ports: Readonly<Record<string, Port>>;
  /** Path prefixes that the public gateway routes here. */
  readonly publicPaths: readonly string[];
  /** Whether requests carry tokens that it verifies against user-service's keys. */
  readonly verifiesTokens: boolean;
  readonly consumes: readonly Consumption[];
  readonly produces: readonly Production[];
  readonly stores: readonly StoreUse[];
  readonly calls: readonly Call[];
  readonly outside: readonly OutsideHost[];
  readonly settings: readonly Setting[];
  readonly scaling: Scaling;
  /** Replicas that voluntary disruption must leave running, once scaled to two or more. */
  readonly minAvailable: number;
  readonly resources: Resources;
  readonly priority: 'critical' | 'standard' | 'background';
  readonly objectives: readonly Objective[];
  readonly metrics: readonly Metric[];
  readonly personalData: readonly PersonalData[];
}

/** The management port's name: metrics and health, never public. */
export const MANAGEMENT_PORT = 'management';
