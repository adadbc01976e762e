/**
 * How many pods a node takes. With prefix delegation the network would bear 110 on every instance below 30 vCPUs, and the
 * kubelet would set memory aside for as many; ours run out of memory long before.
 */
export const PODS_PER_NODE = 50;

/**
 * What the kubelet sets aside for itself and the container runtime, by the formulas of Amazon's EKS AMI (nodeadm): 255 MiB
 * and 11 for each pod; 6 % of the first core and 1 % of the second. Infra writes these figures into the nodes' configuration.
 */
export const KUBELET_RESERVED = { cpuMillis: 70, memoryMiB: 255 + 11 * PODS_PER_NODE } as const;

/** Below so much free memory the kubelet evicts pods; no pod may count on it. */
export const EVICTION_MIB = 100;
