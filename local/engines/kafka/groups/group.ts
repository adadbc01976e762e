import { randomUUID } from 'node:crypto';
import type { ErrorName } from '../errors.ts';
import { type JoinAnswer, Member, type MemberProfile, refusedJoin, refusedSync, type SyncAnswer } from './member.ts';

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';

export interface GroupHooks {
  readonly now: () => number;
  readonly initialDelayMillis: number;
  /** The group reached a state worth keeping: stable, or empty. */
  readonly onSettled: (group: Group) => void;
}

/**
 * A consumer group of the classic protocol (KIP-62, 394, 345): members join, the leader assigns, everybody syncs.
 * Whoever changes the membership sends the group back to PreparingRebalance.
 */
export class Group {
  readonly id: string;
  state: GroupState = 'Empty';
  generationId = 0;
  protocolType: string | null = null;
  protocolName: string | null = null;
  leaderId: string | undefined;
  emptySinceMillis: number;
  readonly members = new Map<string, Member>();
  readonly #hooks: GroupHooks;
  /** Ids given out to members that have not come back with them yet (KIP-394). */
  readonly #promised = new Map<string, NodeJS.Timeout>();
  readonly #unsynced = new Set<string>();
  #gathering: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;

  constructor(id: string, hooks: GroupHooks) {
    this.id = id;
    this.#hooks = hooks;
    this.emptySinceMillis = hooks.now();
  }

  /** Members, and those that were promised to become members. */
  get size(): number {
    return this.members.size + this.#promised.size;
  }

  get isIdle(): boolean {
    return this.size === 0;
  }

  byInstance(instanceId: string): Member | undefined {
    return [...this.members.values()].find((member) => member.profile.instanceId === instanceId);
  }

  /** A member id that the client must join with. */
  promise(clientId: string, sessionTimeoutMillis: number): string {
    const memberId = newMemberId(clientId);
    const forget = setTimeout(() => {
      this.#promised.delete(memberId);
      this.#tryComplete();
    }, sessionTimeoutMillis);
    this.#promised.set(memberId, forget);
    return memberId;
  }

  /** Whether `memberId` was promised; it is not from here on. */
  redeem(memberId: string): boolean {
    clearTimeout(this.#promised.get(memberId));
    return this.#promised.delete(memberId);
  }

  /** Whether a member with these protocols can work with those that are here. */
  accepts(protocolType: string, names: readonly string[]): boolean {
    if (this.members.size === 0) return protocolType !== '' && names.length > 0;
    return protocolType === this.protocolType && names.some((name) => this.#isCommon(name));
  }

  #isCommon(name: string): boolean {
    return [...this.members.values()].every((member) => member.profile.protocols.some((own) => own.name === name));
  }

  /** Takes a new member in; the answer comes when the rebalance that it causes is over. */
  add(memberId: string, profile: MemberProfile, protocolType: string): Promise<JoinAnswer> {
    const member = new Member(memberId, profile, (gone) => this.remove(gone, 'UNKNOWN_MEMBER_ID'));
    this.members.set(memberId, member);
    this.protocolType = protocolType;
    this.leaderId ??= memberId;
    member.touch();
    return this.#waitForRebalance(member);
  }

  /** A member joins again. */
  rejoin(member: Member, profile: MemberProfile): Promise<JoinAnswer> | JoinAnswer {
    member.touch();
    const isUnchanged = member.hasSameProtocols(profile.protocols);
    const mayStay = this.state === 'CompletingRebalance' || (this.state === 'Stable' && member.id !== this.leaderId);
    member.profile = profile;
    if (isUnchanged && mayStay) return this.#joinAnswer(member);
    member.joining.answer(refusedJoin('REBALANCE_IN_PROGRESS', member.id));
    return this.#waitForRebalance(member);
  }

  /** A static member came back under a new id (KIP-345): nothing moves while its subscription is the same. */
  replace(old: Member, profile: MemberProfile, canSkipAssignment: boolean): Promise<JoinAnswer> | JoinAnswer {
    const isUnchanged = old.hasSameProtocols(profile.protocols);
    const oldLeader = this.leaderId;
    const member = new Member(newMemberId(profile.instanceId ?? profile.clientId), profile, (gone) =>
      this.remove(gone, 'UNKNOWN_MEMBER_ID'),
    );
    member.assignment = old.assignment;
    this.members.delete(old.id);
    this.#unsynced.delete(old.id);
    old.dismiss('FENCED_INSTANCE_ID');
    this.members.set(member.id, member);
    if (this.leaderId === old.id) this.leaderId = member.id;
    member.touch();
    if (this.state !== 'Stable' || !isUnchanged) return this.#waitForRebalance(member);
    this.#hooks.onSettled(this);
    const answer = this.#joinAnswer(member);
    if (this.leaderId !== member.id) return answer;
    // A leader that cannot be told to skip the assignment is told that somebody else leads.
    return canSkipAssignment
      ? { ...answer, skipAssignment: true }
      : { ...answer, leader: oldLeader ?? '', members: [] };
  }

  #waitForRebalance(member: Member): Promise<JoinAnswer> {
    const answer = member.joining.wait();
    if (this.state === 'PreparingRebalance') this.#tryComplete();
    else this.#prepare();
    return answer;
  }

  #prepare(): void {
    const wasEmpty = this.state === 'Empty';
    this.state = 'PreparingRebalance';
    this.#unsynced.clear();
    for (const member of this.members.values()) member.syncing.answer(refusedSync('REBALANCE_IN_PROGRESS'));
    this.#restartDeadline(() => this.#complete());
    if (wasEmpty && this.#hooks.initialDelayMillis > 0) this.#gather();
    else this.#tryComplete();
  }

  #gather(): void {
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined;
      this.#tryComplete();
    }, this.#hooks.initialDelayMillis);
  }

  #restartDeadline(onOver: () => void): void {
    clearTimeout(this.#deadline);
    const longest = Math.max(0, ...[...this.members.values()].map((member) => member.profile.rebalanceTimeoutMillis));
    this.#deadline = setTimeout(onOver, longest);
  }

  #tryComplete(): void {
    if (this.state !== 'PreparingRebalance' || this.#gathering !== undefined || this.#promised.size > 0) return;
    if ([...this.members.values()].every((member) => member.joining.isWaiting)) this.#complete();
  }

  #complete(): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    for (const member of [...this.members.values()]) {
      const isKept = member.joining.isWaiting || member.profile.instanceId !== null;
      if (!isKept) this.#drop(member, 'UNKNOWN_MEMBER_ID');
    }
    const joined = [...this.members.values()].filter((member) => member.joining.isWaiting);
    if (this.members.size === 0) this.#becomeEmpty();
    // Static members may be away until their session ends.
    else if (joined.length === 0) this.#restartDeadline(() => this.#complete());
    else this.#beginGeneration(joined);
  }

  #becomeEmpty(): void {
    this.generationId++;
    this.state = 'Empty';
    this.protocolName = null;
    this.leaderId = undefined;
    this.emptySinceMillis = this.#hooks.now();
    this.#hooks.onSettled(this);
  }

  #beginGeneration(joined: readonly Member[]): void {
    this.generationId++;
    this.state = 'CompletingRebalance';
    this.protocolName = this.#chooseProtocol();
    if (!joined.some((member) => member.id === this.leaderId)) this.leaderId = joined[0]?.id;
    this.#restartDeadline(() => this.#dropUnsynced());
    for (const member of joined) {
      this.#unsynced.add(member.id);
      member.touch();
      member.joining.answer(this.#joinAnswer(member));
    }
  }

  /** Every member votes for the first of its protocols that all have. */
  #chooseProtocol(): string | null {
    const votes = new Map<string, number>();
    for (const member of this.members.values()) {
      const vote = member.profile.protocols.find((protocol) => this.#isCommon(protocol.name))?.name;
      if (vote !== undefined) votes.set(vote, (votes.get(vote) ?? 0) + 1);
    }
    return [...votes].sort((left, right) => right[1] - left[1])[0]?.[0] ?? null;
  }

  #joinAnswer(member: Member): JoinAnswer {
    const isLeader = member.id === this.leaderId;
    return {
      error: 'NONE',
      memberId: member.id,
      generationId: this.generationId,
      protocolType: this.protocolType,
      protocolName: this.protocolName,
      leader: this.leaderId ?? '',
      skipAssignment: false,
      members: isLeader
        ? [...this.members.values()].map((other) => ({
            memberId: other.id,
            groupInstanceId: other.profile.instanceId,
            metadata: other.metadataFor(this.protocolName),
          }))
        : [],
    };
  }

  /** A member asks for its assignment; the leader brings everybody's. */
  sync(member: Member, assignments: ReadonlyMap<string, Buffer>): Promise<SyncAnswer> | SyncAnswer {
    member.touch();
    if (this.state === 'PreparingRebalance') return refusedSync('REBALANCE_IN_PROGRESS');
    this.#unsynced.delete(member.id);
    if (this.state === 'Stable') return this.#syncAnswer(member);
    member.syncing.answer(refusedSync('REBALANCE_IN_PROGRESS'));
    const answer = member.syncing.wait();
    if (member.id === this.leaderId) this.#settle(assignments);
    return answer;
  }

  #settle(assignments: ReadonlyMap<string, Buffer>): void {
    this.state = 'Stable';
    for (const member of this.members.values()) member.assignment = Buffer.from(assignments.get(member.id) ?? []);
    this.#hooks.onSettled(this);
    for (const member of this.members.values()) {
      if (!member.syncing.isWaiting) continue;
      member.touch();
      member.syncing.answer(this.#syncAnswer(member));
    }
  }

  #syncAnswer(member: Member): SyncAnswer {
    const { protocolType, protocolName } = this;
    return { error: 'NONE', protocolType, protocolName, assignment: member.assignment };
  }

  #dropUnsynced(): void {
    const late = [...this.#unsynced].flatMap((memberId) => this.members.get(memberId) ?? []);
    for (const member of late) this.remove(member, 'UNKNOWN_MEMBER_ID');
  }

  #drop(member: Member, error: ErrorName): void {
    this.members.delete(member.id);
    this.#unsynced.delete(member.id);
    if (this.leaderId === member.id) this.leaderId = this.members.keys().next().value;
    member.dismiss(error);
  }

  /** A member left or died: the others share what it had. */
  remove(member: Member, error: ErrorName): void {
    if (this.members.get(member.id) !== member) return;
    this.#drop(member, error);
    if (this.state === 'PreparingRebalance') this.#tryComplete();
    else if (this.members.size > 0 || this.state !== 'Empty') this.#prepare();
  }

  /** Ends all timers and answers everybody who waits. */
  close(error: ErrorName): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#gathering);
    for (const timer of this.#promised.values()) clearTimeout(timer);
    this.#promised.clear();
    for (const member of this.members.values()) member.dismiss(error);
  }

  /** Puts back what was kept of a stable group; its members have one session to show that they live. */
  restore(members: readonly { id: string; profile: MemberProfile; assignment: Buffer }[]): void {
    for (const { id, profile, assignment } of members) {
      const member = new Member(id, profile, (gone) => this.remove(gone, 'UNKNOWN_MEMBER_ID'));
      member.assignment = assignment;
      this.members.set(id, member);
      member.touch();
    }
    this.state = members.length > 0 ? 'Stable' : 'Empty';
  }
}

export const newMemberId = (prefix: string): string => `${prefix}-${randomUUID()}`;
