import { type ErrorName, KafkaError } from '../errors.ts';
import type { Settings } from '../settings.ts';
import { type Group, newMemberId } from './group.ts';
import type { GroupStore } from './group-store.ts';
import {
  type JoinAnswer,
  type Member,
  type MemberProfile,
  refusedJoin,
  refusedSync,
  type SyncAnswer,
} from './member.ts';
import type { OffsetStore } from './offset-store.ts';

export interface JoinRequest {
  readonly groupId: string;
  readonly memberId: string;
  readonly protocolType: string;
  readonly profile: MemberProfile;
  /** KIP-394: the client comes back with the id that it is given. From version 4 on. */
  readonly needsKnownId: boolean;
  /** KIP-814: the client can be told to skip the assignment. From version 9 on. */
  readonly canSkipAssignment: boolean;
}

/** How a member shows who it is. */
export interface MemberClaim {
  readonly groupId: string;
  readonly memberId: string;
  readonly generationId: number;
  readonly groupInstanceId: string | null;
}

export interface SyncRequest extends MemberClaim {
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignments: ReadonlyMap<string, Buffer>;
}

/** Decides what members of groups are told. One broker coordinates all groups. */
export class GroupCoordinator {
  readonly #settings: Settings;
  readonly groups: GroupStore;
  readonly offsets: OffsetStore;

  constructor(settings: Settings, stores: { groups: GroupStore; offsets: OffsetStore }) {
    this.#settings = settings;
    this.groups = stores.groups;
    this.offsets = stores.offsets;
  }

  join(request: JoinRequest): Promise<JoinAnswer> | JoinAnswer {
    const fault = this.#joinFault(request);
    if (fault !== undefined) return refusedJoin(fault, request.memberId);
    const known = this.groups.get(request.groupId);
    if (known === undefined && request.memberId !== '') return refusedJoin('UNKNOWN_MEMBER_ID', request.memberId);
    const group = known ?? this.groups.create(request.groupId);
    if (!isCompatible(group, request)) return refusedJoin('INCONSISTENT_GROUP_PROTOCOL', request.memberId);
    return request.memberId === '' ? this.#joinNew(group, request) : this.#joinKnown(group, request);
  }

  #joinFault({ groupId, profile }: JoinRequest): ErrorName | undefined {
    if (groupId === '') return 'INVALID_GROUP_ID';
    const { groupMinSessionTimeoutMillis: least, groupMaxSessionTimeoutMillis: most } = this.#settings;
    if (profile.sessionTimeoutMillis < least || profile.sessionTimeoutMillis > most) return 'INVALID_SESSION_TIMEOUT';
    if (this.groups.get(groupId) === undefined && this.groups.isFull) return 'GROUP_MAX_SIZE_REACHED';
    return undefined;
  }

  #joinNew(group: Group, request: JoinRequest): Promise<JoinAnswer> | JoinAnswer {
    const { profile } = request;
    const former = profile.instanceId === null ? undefined : group.byInstance(profile.instanceId);
    if (former !== undefined) return group.replace(former, profile, request.canSkipAssignment);
    if (group.size >= this.#settings.maxGroupMembers) return refusedJoin('GROUP_MAX_SIZE_REACHED', '');
    if (profile.instanceId === null && request.needsKnownId) {
      return refusedJoin('MEMBER_ID_REQUIRED', group.promise(profile.clientId, profile.sessionTimeoutMillis));
    }
    return group.add(newMemberId(profile.instanceId ?? profile.clientId), profile, request.protocolType);
  }

  #joinKnown(group: Group, request: JoinRequest): Promise<JoinAnswer> | JoinAnswer {
    const { memberId, profile } = request;
    if (group.redeem(memberId)) return group.add(memberId, profile, request.protocolType);
    const { error, member } = findMember(group, memberId, profile.instanceId);
    return member === undefined ? refusedJoin(error, memberId) : group.rejoin(member, profile);
  }

  sync(request: SyncRequest): Promise<SyncAnswer> | SyncAnswer {
    const { error, member, group } = this.#check(request);
    if (member === undefined || group === undefined) return refusedSync(error);
    const isSameType = request.protocolType === null || request.protocolType === group.protocolType;
    const isSameName = request.protocolName === null || request.protocolName === group.protocolName;
    return isSameType && isSameName
      ? group.sync(member, request.assignments)
      : refusedSync('INCONSISTENT_GROUP_PROTOCOL');
  }

  heartbeat(claim: MemberClaim): ErrorName {
    const { error, member, group } = this.#check(claim);
    if (member === undefined || group === undefined) return error;
    member.touch();
    return group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE';
  }

  #check(claim: MemberClaim): { error: ErrorName; member?: Member; group?: Group } {
    if (claim.groupId === '') return { error: 'INVALID_GROUP_ID' };
    const group = this.groups.get(claim.groupId);
    if (group === undefined) return { error: 'UNKNOWN_MEMBER_ID' };
    const { error, member } = findMember(group, claim.memberId, claim.groupInstanceId);
    if (member === undefined) return { error };
    if (claim.generationId !== group.generationId) return { error: 'ILLEGAL_GENERATION' };
    return { error: 'NONE', member, group };
  }

  leave(groupId: string, memberId: string, instanceId: string | null): ErrorName {
    const group = this.groups.get(groupId);
    if (group === undefined) return 'UNKNOWN_MEMBER_ID';
    if (group.redeem(memberId)) return 'NONE';
    // An administrator removes a static member by its instance id alone.
    const byInstance = instanceId !== null && memberId === '' ? group.byInstance(instanceId) : undefined;
    const { error, member } = findMember(group, byInstance?.id ?? memberId, instanceId);
    if (member === undefined) return error;
    group.remove(member, 'UNKNOWN_MEMBER_ID');
    return 'NONE';
  }

  /**
   * Whether this member may commit offsets now. A consumer that is in no group (generation below 0) may as long as
   * nobody is.
   * @throws KafkaError
   */
  checkCommit(claim: MemberClaim, { isTransactional }: { isTransactional: boolean }): void {
    const group = this.groups.get(claim.groupId);
    if (
      group === undefined &&
      !this.offsets.has(claim.groupId) &&
      this.offsets.groupCount >= this.#settings.maxGroups
    ) {
      throw new KafkaError('GROUP_MAX_SIZE_REACHED', `${this.offsets.groupCount} groups have offsets already`);
    }
    const isAnonymous = claim.generationId < 0 && claim.memberId === '' && claim.groupInstanceId === null;
    if (isAnonymous && (isTransactional || group === undefined || group.isIdle)) return;
    if (group === undefined) {
      throw new KafkaError('ILLEGAL_GENERATION', `group ${claim.groupId} has no generation ${claim.generationId}`);
    }
    const { error, member } = this.#check(claim);
    if (member === undefined) throw new KafkaError(error, `${claim.memberId} is no member of group ${group.id}`);
    if (!isTransactional && group.state === 'CompletingRebalance') {
      throw new KafkaError('REBALANCE_IN_PROGRESS', `group ${group.id} is sharing out its partitions`);
    }
    member.touch();
  }

  /** Every group that has members or offsets. */
  get groupIds(): string[] {
    return [...new Set([...this.groups.all.map((group) => group.id), ...this.offsets.groupIds])];
  }

  /** Removes a group and its offsets. */
  delete(groupId: string): ErrorName {
    const group = this.groups.get(groupId);
    if (group === undefined && !this.offsets.has(groupId)) return 'GROUP_ID_NOT_FOUND';
    if (group !== undefined && !group.isIdle) return 'NON_EMPTY_GROUP';
    this.offsets.removeGroup(groupId);
    if (group !== undefined) this.groups.remove(group);
    return 'NONE';
  }

  /** Forgets offsets of groups that have been empty for long, and groups that have nothing left. */
  expire(): void {
    const cutoffMillis = this.#settings.now() - this.#settings.offsetsRetentionMillis;
    this.offsets.expire(cutoffMillis, (groupId) => {
      const group = this.groups.get(groupId);
      return group === undefined || (group.isIdle && group.emptySinceMillis < cutoffMillis);
    });
    for (const group of this.groups.all) {
      if (group.isIdle && !this.offsets.has(group.id)) this.groups.remove(group);
    }
  }
}

const isCompatible = (group: Group, { protocolType, profile }: JoinRequest): boolean =>
  group.accepts(
    protocolType,
    profile.protocols.map((protocol) => protocol.name),
  );

/** A static member whose id is not the newest for its instance has been replaced: it is fenced. */
const findMember = (
  group: Group,
  memberId: string,
  instanceId: string | null,
): { error: ErrorName; member?: Member } => {
  const holder = instanceId === null ? undefined : group.byInstance(instanceId);
  if (instanceId !== null && holder === undefined) return { error: 'UNKNOWN_MEMBER_ID' };
  if (holder !== undefined && holder.id !== memberId) return { error: 'FENCED_INSTANCE_ID' };
  const member = group.members.get(memberId);
  return member === undefined ? { error: 'UNKNOWN_MEMBER_ID' } : { error: 'NONE', member };
};
