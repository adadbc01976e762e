import type { ErrorName } from '../errors.ts';

export interface JoinProtocol {
  readonly name: string;
  readonly metadata: Buffer;
}

/** Who a member is and what it asks for, as its latest JoinGroup says. */
export interface MemberProfile {
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly sessionTimeoutMillis: number;
  readonly rebalanceTimeoutMillis: number;
  readonly protocols: readonly JoinProtocol[];
}

export interface JoinAnswer {
  readonly error: ErrorName;
  readonly memberId: string;
  readonly generationId: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leader: string;
  readonly skipAssignment: boolean;
  readonly members: readonly { memberId: string; groupInstanceId: string | null; metadata: Buffer }[];
}

export interface SyncAnswer {
  readonly error: ErrorName;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignment: Buffer;
}

export const noBytes: Buffer = Buffer.alloc(0);

export const refusedJoin = (error: ErrorName, memberId: string): JoinAnswer => ({
  error,
  memberId,
  generationId: -1,
  protocolType: null,
  protocolName: '',
  leader: '',
  skipAssignment: false,
  members: [],
});

export const refusedSync = (error: ErrorName): SyncAnswer => ({
  error,
  protocolType: null,
  protocolName: null,
  assignment: noBytes,
});

/** An answer that is held back until the group has decided; a second request takes the place of the first. */
class Waiter<A> {
  #resolve: ((answer: A) => void) | undefined;

  get isWaiting(): boolean {
    return this.#resolve !== undefined;
  }

  wait(): Promise<A> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  answer(answer: A): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.(answer);
  }
}

export class Member {
  readonly id: string;
  profile: MemberProfile;
  assignment: Buffer = noBytes;
  readonly joining = new Waiter<JoinAnswer>();
  readonly syncing = new Waiter<SyncAnswer>();
  #session: NodeJS.Timeout | undefined;
  readonly #onExpired: (member: Member) => void;

  constructor(id: string, profile: MemberProfile, onExpired: (member: Member) => void) {
    this.id = id;
    this.profile = profile;
    this.#onExpired = onExpired;
  }

  get isWaiting(): boolean {
    return this.joining.isWaiting || this.syncing.isWaiting;
  }

  /** The member has been heard of: its session begins anew. */
  touch(): void {
    clearTimeout(this.#session);
    this.#session = setTimeout(() => {
      // Whoever waits for the group cannot send heartbeats.
      if (this.isWaiting) this.touch();
      else this.#onExpired(this);
    }, this.profile.sessionTimeoutMillis);
  }

  metadataFor(protocolName: string | null): Buffer {
    return this.profile.protocols.find((protocol) => protocol.name === protocolName)?.metadata ?? noBytes;
  }

  hasSameProtocols(protocols: readonly JoinProtocol[]): boolean {
    const own = this.profile.protocols;
    return (
      own.length === protocols.length &&
      own.every((protocol, index) => {
        const other = protocols[index];
        return other !== undefined && other.name === protocol.name && other.metadata.equals(protocol.metadata);
      })
    );
  }

  /** Ends its session and answers whatever it waits for. */
  dismiss(error: ErrorName): void {
    clearTimeout(this.#session);
    this.joining.answer(refusedJoin(error, this.id));
    this.syncing.answer(refusedSync(error));
  }
}
