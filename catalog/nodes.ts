import type { NodeGroupName } from './model/index.ts';
import { PLATFORM } from './names.ts';

/** Infra labels the nodes of each group with its name; charts select by it. */
export const NODE_GROUP_LABEL = `${PLATFORM}/node-group`;

/**
 * Groups whose nodes carry the taint `<label>=<group>:NoSchedule`. Only data: brokers and databases must not be crowded
 * out; add-ons and operators run on system or application without each of their charts having to tolerate a taint.
 */
export const TAINTED_NODE_GROUPS: readonly NodeGroupName[] = ['data'];
