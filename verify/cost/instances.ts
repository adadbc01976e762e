import { PODS_PER_NODE } from '#catalog/environments/index.ts';

/** vCPUs by size; GiB a vCPU by family (AWS EC2, «Instance types»: general, compute and memory optimized). */
const VCPUS: Readonly<Record<string, number>> = {
  nano: 2,
  micro: 2,
  small: 2,
  medium: 2,
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
};
const GIB_PER_VCPU: Readonly<Record<string, number>> = { t: 4, m: 4, c: 2, r: 8 };
/** Burstable sizes below large halve the memory with each step; their vCPUs stay two. */
const SMALL_GIB: Readonly<Record<string, number>> = { nano: 0.5, micro: 1, small: 2, medium: 4 };

export interface Capacity {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
}

const MILLIS = 1_000;
const MIB_PER_GIB = 1_024;

/** What an instance type has; nothing for a type whose family or size is not in the tables. */
export function capacityOf(type: string): Capacity | undefined {
  const [family = '', size = ''] = type.split('.');
  const vCpus = VCPUS[size];
  const gib = SMALL_GIB[size] ?? (vCpus ?? 0) * (GIB_PER_VCPU[family.charAt(0)] ?? 0);
  return vCpus === undefined || gib === 0 ? undefined : { cpuMillis: vCpus * MILLIS, memoryMiB: gib * MIB_PER_GIB };
}

/** The kernel and firmware of an instance, as a share of its memory: what nodes report is about that much below the list. */
const SYSTEM_SHARE = 0.03;
/** Below it the kubelet evicts (kubelet's default). */
const EVICTION_MIB = 100;
/** 6 % of the first core, 1 % of the second (nodeadm of Amazon's EKS AMI). */
const RESERVED_CPU_MILLIS = 70;
const reservedMemoryMiB = (pods: number): number => 255 + 11 * pods;

/** Requests of the add-ons that run on every node: VPC CNI with its policy agent, kube-proxy, EBS CSI, Pod Identity. */
const PER_NODE = { cpuMillis: 200, memoryMiB: 200 } as const;

/** What pods may request of an instance of this type after the node's own share. */
export function allocatableOf(type: string): Capacity | undefined {
  const capacity = capacityOf(type);
  if (!capacity) return undefined;
  const reserved = reservedMemoryMiB(PODS_PER_NODE) + EVICTION_MIB + PER_NODE.memoryMiB;
  return {
    cpuMillis: capacity.cpuMillis - RESERVED_CPU_MILLIS - PER_NODE.cpuMillis,
    memoryMiB: capacity.memoryMiB * (1 - SYSTEM_SHARE) - reserved,
  };
}
