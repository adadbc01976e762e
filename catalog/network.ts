import type { Environment } from './model/index.ts';
import { enginePorts } from './names.ts';

/**
 * The address plan of a VPC, in the order in which the subnets are laid out. Infra allocates them in this order and with
 * these masks, so that charts can name their addresses in network policies without asking AWS.
 */
export const SUBNET_TIERS = [
  { name: 'public', mask: 24, holds: 'load balancers and NAT gateways' },
  { name: 'private', mask: 19, holds: "nodes, pods and the control plane's interfaces" },
  { name: 'isolated', mask: 24, holds: 'databases and caches of AWS; no way out' },
] as const;

export type SubnetTier = (typeof SUBNET_TIERS)[number]['name'];

/** Where EKS puts the control plane's network interfaces; webhooks admit them, and operators reach them, by address. */
export const CONTROL_PLANE_TIER: SubnetTier = 'private';

/** Kubernetes services; given to EKS explicitly, because it would choose one of two otherwise. */
export const SERVICE_CIDR = '172.20.0.0/16';
/** The API server's own service is the first address of the service range. */
export const API_SERVER_ADDRESS = '172.20.0.1/32';
/** Link-local address of the EKS Pod Identity agent (EKS user guide, «Pod Identity agent»). */
export const POD_IDENTITY_ADDRESS = '169.254.170.23/32';

/** Everything that is not the internet: RFC 1918, carrier-grade NAT (RFC 6598), loopback and link-local. */
export const PRIVATE_RANGES = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
] as const;

/** What the recovery region may reach in the first one, across their peering, and who does (adr/0013). */
export const REPLICATION_LISTENERS = [
  { port: enginePorts.kafkaReplication, purpose: 'Kafka, for MirrorMaker 2' },
  { port: enginePorts.postgresql, purpose: 'TimescaleDB, for its streaming replica' },
] as const;

const toNumber = (address: string): number =>
  address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);

const toAddress = (number: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join('.');

/** CIDR blocks of a tier, one a zone in the zones' order; each block starts at a multiple of its size. */
export function subnetCidrs(environment: Pick<Environment, 'network' | 'zones'>, tier: SubnetTier): readonly string[] {
  let next = toNumber(environment.network.cidr.split('/')[0] ?? '');
  const blocks: Record<SubnetTier, string[]> = { public: [], private: [], isolated: [] };
  for (const { name, mask } of SUBNET_TIERS) {
    const size = 2 ** (32 - mask);
    for (const _zone of environment.zones) {
      const start = Math.ceil(next / size) * size;
      blocks[name].push(`${toAddress(start)}/${mask}`);
      next = start + size;
    }
  }
  return blocks[tier];
}
