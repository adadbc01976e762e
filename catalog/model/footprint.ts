import type { EnvironmentName, NodeGroupName } from './environment.ts';

/** What one container set asks of a node. Memory is limit as well as request; processors have no limit (adr/0007). */
export interface PodRequests {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
}

export interface FootprintPort {
  readonly name: string;
  readonly number: number;
  readonly protocol?: 'TCP' | 'UDP';
  /** Where it serves metrics; Prometheus scrapes what has it. */
  readonly metrics?: `/${string}`;
}

/** Pods of one kind: what selects them, what they ask for, how many there are and where they go. */
export interface FootprintPod {
  /** What edges call them; unique in the catalog. */
  readonly party: string;
  /** Labels that these pods have and no others of the namespace. */
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  /** Absent where an object of the tree gives them their size and number, such as a KafkaNodePool. */
  readonly requests?: PodRequests;
  /** Requests where one replica of everything is enough; those above when left out. */
  readonly requestsOfSingle?: PodRequests;
  /** By `replicas` of the environment; `every node` for a DaemonSet. */
  readonly replicas: { readonly full: number; readonly single: number } | 'every node';
  /** The group of nodes that they choose. */
  readonly pool: NodeGroupName | 'every';
  /** Ports that they open. */
  readonly ports: readonly FootprintPort[];
  /** They have the address of their node, so that no network policy tells them from it. */
  readonly hostNetwork?: true;
  /** A hook that ends; it needs room and connections while it runs. */
  readonly job?: true;
}

/**
 * A connection that a part needs. Ends are parties of footprints, `kafka`, engines of stores, services, or one of the
 * fixed places of catalog/infrastructure.ts. It stands with the part that needs it, and goes with it.
 */
export interface FootprintEdge {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP';
  readonly purpose: string;
}

/** Something that runs in the cluster beside the services: what it occupies, and who talks to whom because of it. */
export interface Footprint {
  readonly name: string;
  readonly namespace: string;
  readonly summary: string;
  /** Where it runs; everywhere when left out. */
  readonly environments?: readonly EnvironmentName[];
  readonly pods: readonly FootprintPod[];
  readonly edges: readonly FootprintEdge[];
}

/** A part whose objects a chart of this repository renders. */
export type Part = Footprint;
