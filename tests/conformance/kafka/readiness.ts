import { findCoordinator } from '#local/engines/kafka/protocol/apis/cluster.ts';
import { listOffsets } from '#local/engines/kafka/protocol/apis/fetch.ts';
import { offsetFetch } from '#local/engines/kafka/protocol/apis/offsets.ts';
import { initProducerId } from '#local/engines/kafka/protocol/apis/transactions.ts';
import { Wire } from './wire.ts';

const patienceMillis = 30_000;
const pauseMillis = 20;
const latest = -1;

/** Asks again and again until the answer is right; rejects with the last answer when it never is. */
export const ask = async <T>(question: () => Promise<T> | T, isRight: (answer: T) => boolean): Promise<T> => {
  const deadline = Date.now() + patienceMillis;
  for (;;) {
    const answer = await question();
    if (isRight(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`the last answer was ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMillis));
  }
};

const isNone = (code: number): boolean => code === 0;

/** Resolves when every partition of the topic has a leader that answers: Apache Kafka makes it after it said yes. */
export const untilServed = async (wire: Wire, name: string, partitionCount: number): Promise<void> => {
  const partitions = Array.from({ length: partitionCount }, (_, partitionIndex) => ({
    partitionIndex,
    currentLeaderEpoch: -1,
    timestampMillis: latest,
  }));
  const request = { replicaId: -1, isolationLevel: 0, topics: [{ name, partitions }], timeoutMillis: 1000 };
  await ask(
    async () => {
      const { topics } = await wire.call(listOffsets, 5, request);
      return topics.flatMap((topic) => topic.partitions.map(({ errorCode }) => errorCode));
    },
    (codes) => codes.every(isNone),
  );
};

/** Resolves when the broker coordinates groups and transactions: Apache Kafka begins with that when it is asked to. */
export const untilCoordinating = async (port: number, name: string): Promise<void> => {
  const wire = await Wire.connect(port);
  try {
    for (const keyType of [0, 1]) {
      const request = { key: name, keyType, coordinatorKeys: [] };
      await ask(async () => (await wire.call(findCoordinator, 1, request)).errorCode, isNone);
    }
    const offsets = { groupId: name, topics: null, groups: [], requireStable: true };
    await ask(async () => (await wire.call(offsetFetch, 7, offsets)).errorCode, isNone);
    const producer = { transactionalId: name, transactionTimeoutMillis: 1000 };
    await ask(async () => (await wire.call(initProducerId, 4, producer)).errorCode, isNone);
  } finally {
    wire.close();
  }
};
