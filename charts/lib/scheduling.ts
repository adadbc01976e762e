import type { NodeGroupName } from '#catalog/index.ts';
import { POOL_LABEL } from '#catalog/names.ts';

export const ZONE = 'topology.kubernetes.io/zone';
export const HOST = 'kubernetes.io/hostname';

/** Only nodes of a group; for kinds whose pod templates know affinity but no node selector. */
export const onNodesOf = (group: NodeGroupName) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: POOL_LABEL, operator: 'In', values: [group] }] }],
    },
  },
});

/** Infra taints the data group's nodes, so that only what says this is placed there. */
export const tolerating = (group: NodeGroupName) => [
  { key: POOL_LABEL, operator: 'Equal', value: group, effect: 'NoSchedule' },
];
