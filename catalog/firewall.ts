import type { StoreEngine } from './model/index.ts';

/** A connection inside the VPC that no pod makes: what AWS runs for us there, and the engine that it asks. */
export interface FirewallEdge {
  readonly from: 'rotation-function' | 'network';
  readonly to: StoreEngine | 'nat-instance';
  readonly port: number | 'every';
  readonly purpose: string;
}

/** Security groups allow these beside what the declared edges of pods need. */
export const firewallEdges = [
  { from: 'rotation-function', to: 'rds-postgresql', port: 5432, purpose: 'change passwords of the database' },
  { from: 'network', to: 'nat-instance', port: 'every', purpose: 'the way out of the private subnets' },
] as const satisfies readonly FirewallEdge[];
