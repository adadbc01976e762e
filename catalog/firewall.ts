/** Who wears security groups, and the addresses that these may name. */
export type FirewallEnd =
  | 'nodes'
  | 'control-plane'
  | 'rotation-function'
  | 'nat-instance'
  | 'rds-postgresql'
  | 'network'
  | 'internet';

/** A connection in the VPC that security groups allow beside those of pods to the databases and caches of AWS. */
export interface FirewallEdge {
  readonly from: FirewallEnd;
  readonly to: FirewallEnd;
  readonly port: number | 'every';
  readonly purpose: string;
}

export const firewallEdges = [
  { from: 'nodes', to: 'internet', port: 'every', purpose: 'registries, AWS, and what network policies let pods ask' },
  { from: 'control-plane', to: 'internet', port: 'every', purpose: 'webhooks and kubelets; AWS narrows it itself' },
  { from: 'rotation-function', to: 'rds-postgresql', port: 5432, purpose: 'change passwords of the database' },
  { from: 'rotation-function', to: 'internet', port: 443, purpose: 'Secrets Manager, whose addresses change' },
  { from: 'network', to: 'nat-instance', port: 'every', purpose: 'the way out of the private subnets' },
  { from: 'nat-instance', to: 'internet', port: 'every', purpose: 'the way out of the private subnets' },
] as const satisfies readonly FirewallEdge[];
