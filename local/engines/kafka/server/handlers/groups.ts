import type { Core } from '../../core.ts';
import { errorCodes } from '../../errors.ts';
import type { Group } from '../../groups/group.ts';
import { noBytes } from '../../groups/member.ts';
import {
  deleteGroups,
  describeGroups,
  heartbeat,
  joinGroup,
  leaveGroup,
  listGroups,
  syncGroup,
} from '../../protocol/apis/groups.ts';
import { type Call, type Route, route } from '../routes.ts';

const firstKnownIdVersion = 4;
const firstSkipVersion = 9;
const firstRebalanceTimeoutVersion = 1;
const firstBatchLeaveVersion = 3;
const firstNotFoundVersion = 6;
/** The only kind of group here (KIP-848 has another). */
const classic = 'classic';

export const groupRoutes = (core: Core): Route[] => [
  route(joinGroup, async (request, call) => {
    const { error, ...answer } = await core.groups.join(joinRequest(request, call));
    return { errorCode: errorCodes[error], ...answer };
  }),

  route(syncGroup, async (request) => {
    const assignments = new Map(request.assignments.map((entry) => [entry.memberId, entry.assignment]));
    const { error, ...answer } = await core.groups.sync({ ...request, assignments });
    return { errorCode: errorCodes[error], ...answer };
  }),

  route(heartbeat, (request) => ({ errorCode: errorCodes[core.groups.heartbeat(request)] })),

  route(leaveGroup, (request, call) => {
    if (call.version < firstBatchLeaveVersion) {
      return { errorCode: errorCodes[core.groups.leave(request.groupId, request.memberId, null)], members: [] };
    }
    const members = request.members.map(({ memberId, groupInstanceId }) => ({
      memberId,
      groupInstanceId,
      errorCode: errorCodes[core.groups.leave(request.groupId, memberId, groupInstanceId)],
    }));
    return { errorCode: errorCodes.NONE, members };
  }),

  route(listGroups, (request) => ({
    errorCode: errorCodes.NONE,
    groups: core.groups.groupIds
      .map((groupId) => summary(groupId, core.groups.groups.get(groupId)))
      .filter((group) => isAsked(request.statesFilter, group.groupState) && isAsked(request.typesFilter, classic)),
  })),

  route(describeGroups, (request, call) => ({
    groups: request.groups.map((groupId) => {
      const group = core.groups.groups.get(groupId);
      const isKnown = group !== undefined || core.groups.offsets.has(groupId);
      if (!isKnown) return missing(groupId, call.version);
      return { ...summary(groupId, group), errorCode: errorCodes.NONE, ...details(group) };
    }),
  })),

  route(deleteGroups, (request) => ({
    results: request.groupNames.map((groupId) => ({ groupId, errorCode: errorCodes[core.groups.delete(groupId)] })),
  })),
];

/** Metadata is copied: it outlives the frame that it came in. */
const joinRequest = (request: typeof joinGroup.request.empty, call: Call) => ({
  groupId: request.groupId,
  memberId: request.memberId,
  protocolType: request.protocolType,
  needsKnownId: call.version >= firstKnownIdVersion,
  canSkipAssignment: call.version >= firstSkipVersion,
  profile: {
    instanceId: request.groupInstanceId,
    clientId: call.clientId,
    clientHost: `/${call.clientHost}`,
    sessionTimeoutMillis: request.sessionTimeoutMillis,
    rebalanceTimeoutMillis:
      call.version < firstRebalanceTimeoutVersion ? request.sessionTimeoutMillis : request.rebalanceTimeoutMillis,
    protocols: request.protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) })),
  },
});

const isAsked = (filter: readonly string[], value: string): boolean =>
  filter.length === 0 || filter.some((wanted) => wanted.toLowerCase() === value.toLowerCase());

/** A group that has offsets but never had members is empty. */
const summary = (groupId: string, group: Group | undefined) => ({
  groupId,
  protocolType: group?.protocolType ?? '',
  groupState: group?.state ?? 'Empty',
  groupType: classic,
});

const details = (group: Group | undefined) => {
  const isStable = group?.state === 'Stable';
  return {
    protocolData: (isStable ? group.protocolName : null) ?? '',
    members: [...(group?.members.values() ?? [])].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.profile.instanceId,
      clientId: member.profile.clientId,
      clientHost: member.profile.clientHost,
      memberMetadata: isStable ? member.metadataFor(group.protocolName) : noBytes,
      memberAssignment: isStable ? member.assignment : noBytes,
    })),
  };
};

const missing = (groupId: string, version: number) => ({
  errorCode: version >= firstNotFoundVersion ? errorCodes.GROUP_ID_NOT_FOUND : errorCodes.NONE,
  errorMessage: version >= firstNotFoundVersion ? `Group ${groupId} not found.` : null,
  groupId,
  groupState: 'Dead',
  protocolType: '',
  protocolData: '',
  members: [],
});
