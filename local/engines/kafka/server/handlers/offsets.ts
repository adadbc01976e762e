import type { Core } from '../../core.ts';
import { codeOf, errorCodes, KafkaError, StorageError } from '../../errors.ts';
import type { MemberClaim } from '../../groups/coordinator.ts';
import type { OffsetEntry } from '../../groups/offset-store.ts';
import { offsetCommit, offsetDelete, offsetFetch } from '../../protocol/apis/offsets.ts';
import { type Route, route } from '../routes.ts';

const firstManyGroupsVersion = 8;
const noOffset = -1;

export const offsetRoutes = (core: Core): Route[] => [
  route(offsetCommit, (request) => {
    const topics = commitOffsets(core, request, {
      check: () => core.groups.checkCommit(request, { isTransactional: false }),
      store: (entries) => core.groups.offsets.commit(request.groupId, entries),
    });
    return core.whenDurable({ topics });
  }),

  route(offsetFetch, (request, call) => {
    const asked = call.version >= firstManyGroupsVersion ? request.groups : [request];
    const groups = asked.map(({ groupId, topics }) => ({
      groupId,
      errorCode: errorCodes.NONE,
      topics: fetchOffsets(core, { groupId, topics, isStable: request.requireStable }),
    }));
    return { topics: groups[0]?.topics ?? [], errorCode: errorCodes.NONE, groups };
  }),

  route(offsetDelete, (request) => {
    const group = core.groups.groups.get(request.groupId);
    if (group === undefined && !core.groups.offsets.has(request.groupId)) {
      return { errorCode: errorCodes.GROUP_ID_NOT_FOUND, topics: [] };
    }
    if (group !== undefined && !group.isIdle) return { errorCode: errorCodes.NON_EMPTY_GROUP, topics: [] };
    const topics = request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => {
        core.groups.offsets.removePartition(request.groupId, name, partitionIndex);
        return { partitionIndex, errorCode: errorCodes.NONE };
      }),
    }));
    return { errorCode: errorCodes.NONE, topics };
  }),
];

interface CommitRequest extends MemberClaim {
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly committedOffset: number;
      readonly committedLeaderEpoch: number;
      readonly committedMetadata: string | null;
    }[];
  }[];
}

interface CommitSteps {
  /** @throws KafkaError when nothing may be committed */
  readonly check: () => void;
  readonly store: (entries: readonly OffsetEntry[]) => void;
}

/** Commits what is right in a request, all in one write, and says for each partition what became of it. */
export const commitOffsets = (core: Core, request: CommitRequest, steps: CommitSteps) => {
  const entries: OffsetEntry[] = [];
  const faults = new Map<string, number>();
  for (const { name, partitions } of request.topics) {
    for (const partition of partitions) {
      const fault = faultOf(core, name, partition);
      if (fault === errorCodes.NONE) entries.push(entryOf(core, name, partition));
      else faults.set(`${name}/${partition.partitionIndex}`, fault);
    }
  }
  const common = attempt(core, () => {
    steps.check();
    steps.store(entries);
  });
  return request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({
      partitionIndex,
      errorCode: common === errorCodes.NONE ? (faults.get(`${name}/${partitionIndex}`) ?? errorCodes.NONE) : common,
    })),
  }));
};

type AskedPartition = CommitRequest['topics'][number]['partitions'][number];

const faultOf = (core: Core, topic: string, partition: AskedPartition): number => {
  if (core.topics.byName(topic)?.partitions[partition.partitionIndex] === undefined) {
    return errorCodes.UNKNOWN_TOPIC_OR_PARTITION;
  }
  const metadataBytes = Buffer.byteLength(partition.committedMetadata ?? '');
  return metadataBytes > core.settings.offsetMetadataMaxBytes ? errorCodes.OFFSET_METADATA_TOO_LARGE : errorCodes.NONE;
};

const entryOf = (core: Core, topic: string, partition: AskedPartition): OffsetEntry => ({
  topic,
  partition: partition.partitionIndex,
  value: {
    offset: partition.committedOffset,
    leaderEpoch: partition.committedLeaderEpoch,
    metadata: partition.committedMetadata ?? '',
    committedAtMillis: core.settings.now(),
  },
});

/** A coordinator that cannot write is "not available": clients try again, as they should. */
export const attempt = (core: Core, work: () => void): number => {
  try {
    work();
    return errorCodes.NONE;
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    if (!(error instanceof StorageError)) return codeOf(error);
    core.settings.onFault({ code: 'storage', message: error.message });
    return errorCodes.COORDINATOR_NOT_AVAILABLE;
  }
};

interface Asked {
  readonly groupId: string;
  /** Null asks for everything that the group committed. */
  readonly topics: readonly { readonly name: string; readonly partitionIndexes: readonly number[] }[] | null;
  readonly isStable: boolean;
}

const fetchOffsets = (core: Core, { groupId, topics, isStable }: Asked) => {
  const { offsets } = core.groups;
  const wanted =
    topics ?? [...offsets.ofGroup(groupId)].map(([name, partitionIndexes]) => ({ name, partitionIndexes }));
  return wanted.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => {
      const isUnstable = isStable && core.transactions.hasPendingOffset(groupId, name, partitionIndex);
      const found = isUnstable ? undefined : offsets.get(groupId, name, partitionIndex);
      return {
        partitionIndex,
        committedOffset: found?.offset ?? noOffset,
        committedLeaderEpoch: found?.leaderEpoch ?? noOffset,
        metadata: found?.metadata ?? '',
        errorCode: isUnstable ? errorCodes.UNSTABLE_OFFSET_COMMIT : errorCodes.NONE,
      };
    }),
  }));
};
