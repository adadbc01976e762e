import { join } from 'node:path';
import { StorageError } from '../errors.ts';
import type { Settings } from '../settings.ts';
import { type Entry, Journal } from '../state/journal.ts';
import { Group, type GroupHooks } from './group.ts';

interface KeptMember {
  readonly id: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly sessionTimeoutMillis: number;
  readonly rebalanceTimeoutMillis: number;
  readonly protocols: readonly { readonly name: string; readonly metadata: string }[];
  readonly assignment: string;
}

/** What is kept of a group, so that its members go on after a restart of the broker as if nothing had been. */
interface KeptGroup {
  readonly generationId: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leaderId: string | null;
  readonly emptySinceMillis: number;
  readonly members: readonly KeptMember[];
}

export class GroupStore {
  readonly #settings: Settings;
  readonly #groups = new Map<string, Group>();
  readonly #journal: Journal<KeptGroup>;
  readonly #hooks: GroupHooks;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#journal = new Journal(join(settings.dataDir, 'groups.journal'), () => this.#entries());
    this.#hooks = {
      now: settings.now,
      initialDelayMillis: settings.groupInitialRebalanceDelayMillis,
      onSettled: (group) => this.#keep(group.id, kept(group)),
    };
  }

  *#entries(): Iterable<Entry<KeptGroup>> {
    for (const group of this.#groups.values()) yield { key: group.id, value: kept(group) };
  }

  open(): void {
    const found = new Map<string, KeptGroup>();
    this.#journal.open(({ key, value }) => {
      if (value === undefined) found.delete(key);
      else found.set(key, value);
    });
    for (const [id, value] of found) this.#groups.set(id, restored(new Group(id, this.#hooks), value));
  }

  /** A group that cannot be written works on; after a restart its members join anew. */
  #keep(groupId: string, value: KeptGroup | undefined): void {
    try {
      this.#journal.append([{ key: groupId, value }]);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#settings.onFault({ code: 'storage', message: error.message });
    }
  }

  get(groupId: string): Group | undefined {
    return this.#groups.get(groupId);
  }

  get all(): Group[] {
    return [...this.#groups.values()];
  }

  get isFull(): boolean {
    return this.#groups.size >= this.#settings.maxGroups;
  }

  create(groupId: string): Group {
    const group = new Group(groupId, this.#hooks);
    this.#groups.set(groupId, group);
    return group;
  }

  remove(group: Group): void {
    group.close('UNKNOWN_MEMBER_ID');
    this.#groups.delete(group.id);
    this.#keep(group.id, undefined);
  }

  sync(): void {
    this.#journal.sync();
  }

  /** Whoever waits is told to look for the group again, and finds it when the broker is back. */
  dismissAll(): void {
    for (const group of this.#groups.values()) group.close('COORDINATOR_NOT_AVAILABLE');
  }

  close(): void {
    this.dismissAll();
    this.#journal.close();
  }
}

const kept = (group: Group): KeptGroup => ({
  generationId: group.generationId,
  protocolType: group.protocolType,
  protocolName: group.protocolName,
  leaderId: group.leaderId ?? null,
  emptySinceMillis: group.emptySinceMillis,
  members: [...group.members.values()].map(({ id, profile, assignment }) => ({
    id,
    ...profile,
    protocols: profile.protocols.map(({ name, metadata }) => ({ name, metadata: metadata.toString('base64') })),
    assignment: assignment.toString('base64'),
  })),
});

const restored = (group: Group, value: KeptGroup): Group => {
  group.generationId = value.generationId;
  group.protocolType = value.protocolType;
  group.protocolName = value.protocolName;
  group.leaderId = value.leaderId ?? undefined;
  group.emptySinceMillis = value.emptySinceMillis;
  group.restore(
    value.members.map(({ id, assignment, protocols, ...profile }) => ({
      id,
      profile: {
        ...profile,
        protocols: protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata, 'base64') })),
      },
      assignment: Buffer.from(assignment, 'base64'),
    })),
  );
  return group;
};
