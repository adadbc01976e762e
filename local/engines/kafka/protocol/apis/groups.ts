import { api } from '../api.ts';
import { array, bool, bytes, int16, int32, nullableString, optional, since, string, until } from '../schema.ts';
import { struct } from '../struct.ts';

const throttled = (from: number) => optional(since(from, int32), 0);

export const joinGroup = api({
  key: 11,
  name: 'JoinGroup',
  versions: [0, 9],
  flexibleSince: 6,
  request: struct({
    groupId: string,
    sessionTimeoutMillis: int32,
    rebalanceTimeoutMillis: since(1, int32),
    memberId: string,
    groupInstanceId: since(5, nullableString),
    protocolType: string,
    protocols: array(struct({ name: string, metadata: bytes })),
    reason: since(8, nullableString),
  }),
  response: struct({
    throttleTimeMillis: throttled(2),
    errorCode: int16,
    generationId: int32,
    protocolType: since(7, nullableString),
    protocolName: nullableString,
    leader: string,
    skipAssignment: since(9, bool),
    memberId: string,
    members: array(struct({ memberId: string, groupInstanceId: since(5, nullableString), metadata: bytes })),
  }),
});

export const syncGroup = api({
  key: 14,
  name: 'SyncGroup',
  versions: [0, 5],
  flexibleSince: 4,
  request: struct({
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: since(3, nullableString),
    protocolType: since(5, nullableString),
    protocolName: since(5, nullableString),
    assignments: array(struct({ memberId: string, assignment: bytes })),
  }),
  response: struct({
    throttleTimeMillis: throttled(1),
    errorCode: int16,
    protocolType: since(5, nullableString),
    protocolName: since(5, nullableString),
    assignment: bytes,
  }),
});

export const heartbeat = api({
  key: 12,
  name: 'Heartbeat',
  versions: [0, 4],
  flexibleSince: 4,
  request: struct({
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: since(3, nullableString),
  }),
  response: struct({ throttleTimeMillis: throttled(1), errorCode: int16 }),
});

export const leaveGroup = api({
  key: 13,
  name: 'LeaveGroup',
  versions: [0, 5],
  flexibleSince: 4,
  request: struct({
    groupId: string,
    memberId: until(2, string),
    members: since(
      3,
      array(struct({ memberId: string, groupInstanceId: nullableString, reason: since(5, nullableString) })),
    ),
  }),
  response: struct({
    throttleTimeMillis: throttled(1),
    errorCode: int16,
    members: since(3, array(struct({ memberId: string, groupInstanceId: nullableString, errorCode: int16 }))),
  }),
});

export const listGroups = api({
  key: 16,
  name: 'ListGroups',
  versions: [0, 5],
  flexibleSince: 3,
  request: struct({ statesFilter: since(4, array(string)), typesFilter: since(5, array(string)) }),
  response: struct({
    throttleTimeMillis: throttled(1),
    errorCode: int16,
    groups: array(
      struct({ groupId: string, protocolType: string, groupState: since(4, string), groupType: since(5, string) }),
    ),
  }),
});

const describedMember = struct({
  memberId: string,
  groupInstanceId: since(4, nullableString),
  clientId: string,
  clientHost: string,
  memberMetadata: bytes,
  memberAssignment: bytes,
});

export const describeGroups = api({
  key: 15,
  name: 'DescribeGroups',
  versions: [0, 6],
  flexibleSince: 5,
  request: struct({ groups: array(string), includeAuthorizedOperations: since(3, bool) }),
  response: struct({
    throttleTimeMillis: throttled(1),
    groups: array(
      struct({
        errorCode: int16,
        errorMessage: optional(since(6, nullableString), null),
        groupId: string,
        groupState: string,
        protocolType: string,
        protocolData: string,
        members: array(describedMember),
        authorizedOperations: optional(since(3, int32), -2147483648),
      }),
    ),
  }),
});

export const deleteGroups = api({
  key: 42,
  name: 'DeleteGroups',
  versions: [0, 2],
  flexibleSince: 2,
  request: struct({ groupNames: array(string) }),
  response: struct({
    throttleTimeMillis: throttled(0),
    results: array(struct({ groupId: string, errorCode: int16 })),
  }),
});
