import { KafkaError } from '../errors.ts';
import type { OffsetEntry, OffsetStore } from '../groups/offset-store.ts';
import { partitionKey, splitPartitionKey } from '../groups/offset-store.ts';
import type { Settings } from '../settings.ts';
import type { TopicStore } from '../topics/topic-store.ts';
import type { ProducerIds } from './producer-ids.ts';
import { begun, isOpen, isPrepared, type TransactionRecord, withOffsets } from './transaction.ts';
import type { TransactionStore } from './transaction-store.ts';

export interface ProducerClaim {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
}

export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** The last epoch that a producer works with; one more is left for the abort that fences it. */
const lastEpoch = 32_766;
const noEpoch = -1;

interface Parts {
  readonly store: TransactionStore;
  readonly producerIds: ProducerIds;
  readonly topics: TopicStore;
  readonly offsets: OffsetStore;
}

export class TransactionCoordinator {
  readonly #settings: Settings;
  readonly #parts: Parts;

  constructor(settings: Settings, parts: Parts) {
    this.#settings = settings;
    this.#parts = parts;
  }

  /** An id for a producer that is idempotent only. */
  newProducer(): ProducerIdentity {
    return { producerId: this.#parts.producerIds.next(), producerEpoch: 0 };
  }

  /**
   * Gives the transactional id to whoever asks: its former holder is fenced, its open transaction aborted.
   * `claimed` is what a producer that recovers from an error still holds (KIP-360).
   */
  init(transactionalId: string, timeoutMillis: number, claimed: ProducerIdentity | undefined): ProducerIdentity {
    if (timeoutMillis <= 0 || timeoutMillis > this.#settings.transactionMaxTimeoutMillis) {
      throw new KafkaError('INVALID_TRANSACTION_TIMEOUT', `${timeoutMillis} ms is no timeout for a transaction`);
    }
    const known = this.#parts.store.get(transactionalId);
    if (known === undefined) return this.#begin(transactionalId, timeoutMillis);
    if (claimed !== undefined && isRepeated(known, claimed)) return claimedAgain(known);
    const ended = isOpen(known) ? this.#endOpen(transactionalId, known) : known;
    const identity = this.#nextIdentity(ended);
    const nowMillis = this.#settings.now();
    this.#parts.store.set(transactionalId, {
      ...identity,
      ...blank(timeoutMillis, nowMillis),
      previousEpoch: claimed?.producerEpoch ?? noEpoch,
    });
    return identity;
  }

  #begin(transactionalId: string, timeoutMillis: number): ProducerIdentity {
    if (this.#parts.store.size >= this.#settings.maxTransactionalIds) {
      throw new KafkaError('POLICY_VIOLATION', `there are ${this.#parts.store.size} transactional ids already`);
    }
    const identity = this.newProducer();
    this.#parts.store.set(transactionalId, { ...identity, ...blank(timeoutMillis, this.#settings.now()) });
    return identity;
  }

  #nextIdentity({ producerId, producerEpoch }: ProducerIdentity): ProducerIdentity {
    return producerEpoch >= lastEpoch ? this.newProducer() : { producerId, producerEpoch: producerEpoch + 1 };
  }

  /** Finishes what is prepared; aborts what is going on, with an epoch that fences its producer. */
  #endOpen(transactionalId: string, record: TransactionRecord): TransactionRecord {
    if (isPrepared(record)) return this.#finish(transactionalId, record);
    const fenced = { ...record, producerEpoch: record.producerEpoch + 1 };
    return this.#finish(transactionalId, this.#prepare(transactionalId, fenced, false));
  }

  #prepare(transactionalId: string, record: TransactionRecord, isCommit: boolean): TransactionRecord {
    const prepared: TransactionRecord = {
      ...record,
      state: isCommit ? 'PrepareCommit' : 'PrepareAbort',
      updatedAtMillis: this.#settings.now(),
    };
    this.#parts.store.set(transactionalId, prepared);
    return prepared;
  }

  /** Markers, then offsets, then the word that it is done. Doing it twice, after a crash, changes nothing. */
  #finish(transactionalId: string, record: TransactionRecord): TransactionRecord {
    const isCommit = record.state === 'PrepareCommit';
    for (const key of record.partitions) {
      const { topic, partition } = splitPartitionKey(key);
      // A topic that was deleted in the meantime took its part of the transaction with it.
      this.#parts.topics.byName(topic)?.partitions[partition]?.mark({ ...record, isCommit });
    }
    if (isCommit) {
      for (const [groupId, entries] of Object.entries(record.offsets)) this.#parts.offsets.commit(groupId, entries);
    }
    const complete: TransactionRecord = {
      ...record,
      state: isCommit ? 'CompleteCommit' : 'CompleteAbort',
      partitions: [],
      groupIds: [],
      offsets: {},
      updatedAtMillis: this.#settings.now(),
    };
    this.#parts.store.set(transactionalId, complete);
    return complete;
  }

  /** @throws KafkaError when the claim is not the newest holder of the id */
  #need(claim: ProducerClaim): TransactionRecord {
    const record = this.#parts.store.get(claim.transactionalId);
    if (record === undefined) {
      throw new KafkaError('INVALID_PRODUCER_ID_MAPPING', `nobody holds the transactional id ${claim.transactionalId}`);
    }
    checkIdentity(record, claim);
    return record;
  }

  /** @throws KafkaError also while the previous transaction is being finished */
  #needWritable(claim: ProducerClaim): TransactionRecord {
    const record = this.#need(claim);
    if (isPrepared(record)) {
      throw new KafkaError('CONCURRENT_TRANSACTIONS', 'the previous transaction is still being finished');
    }
    return record;
  }

  addPartitions(claim: ProducerClaim, partitions: readonly string[]): void {
    const record = begun(this.#needWritable(claim), this.#settings.now());
    const missing = partitions.filter((key) => !record.partitions.includes(key));
    if (missing.length === 0 && record.state === 'Ongoing' && record.partitions.length > 0) return;
    this.#store(claim, { ...record, partitions: [...record.partitions, ...missing] });
  }

  addGroup(claim: ProducerClaim, groupId: string): void {
    const record = begun(this.#needWritable(claim), this.#settings.now());
    if (record.groupIds.includes(groupId)) return;
    this.#store(claim, { ...record, groupIds: [...record.groupIds, groupId] });
  }

  addOffsets(claim: ProducerClaim, groupId: string, entries: readonly OffsetEntry[]): void {
    const record = this.#needWritable(claim);
    if (record.state !== 'Ongoing' || !record.groupIds.includes(groupId)) {
      throw new KafkaError('INVALID_TXN_STATE', `group ${groupId} is no part of the transaction`);
    }
    this.#store(claim, withOffsets(record, groupId, entries));
  }

  #store(claim: ProducerClaim, record: TransactionRecord): void {
    this.#parts.store.set(claim.transactionalId, { ...record, updatedAtMillis: this.#settings.now() });
  }

  /** Commits or aborts. Asking again for what has been done already is fine. */
  end(claim: ProducerClaim, isCommit: boolean): void {
    const record = this.#need(claim);
    if (record.state === (isCommit ? 'CompleteCommit' : 'CompleteAbort')) return;
    if (isPrepared(record)) throw new KafkaError('CONCURRENT_TRANSACTIONS', 'the transaction is being finished');
    if (record.state !== 'Ongoing') {
      throw new KafkaError('INVALID_TXN_STATE', `the transaction is ${record.state}, it cannot be ended`);
    }
    this.#finish(claim.transactionalId, this.#prepare(claim.transactionalId, record, isCommit));
  }

  /**
   * Whether the producer may write to the partition now: only inside a transaction that knows of it, so that a late
   * retry cannot open one that nobody ends (KIP-890).
   */
  checkWrite(claim: ProducerClaim, topic: string, partition: number): void {
    const record = this.#need(claim);
    if (record.state !== 'Ongoing' || !record.partitions.includes(partitionKey(topic, partition))) {
      throw new KafkaError('INVALID_TXN_STATE', `${partitionKey(topic, partition)} is no part of an open transaction`);
    }
  }

  /** Whether a transaction that is not over may still change the group's offset of a partition. */
  hasPendingOffset(groupId: string, topic: string, partition: number): boolean {
    return this.#parts.store.all.some(
      ([, record]) =>
        isOpen(record) &&
        record.offsets[groupId]?.some((entry) => entry.topic === topic && entry.partition === partition),
    );
  }

  /** Finishes what a crash or a full disk interrupted, aborts what is overdue, forgets ids that nobody uses. */
  sweep(): void {
    const nowMillis = this.#settings.now();
    for (const [transactionalId, record] of this.#parts.store.all) {
      const isOverdue = record.state === 'Ongoing' && nowMillis - record.startedAtMillis > record.timeoutMillis;
      const isForgotten = nowMillis - record.updatedAtMillis > this.#settings.transactionalIdExpirationMillis;
      if (isPrepared(record) || isOverdue) this.#endOpen(transactionalId, record);
      else if (isForgotten && !isOpen(record)) this.#parts.store.delete(transactionalId);
    }
  }
}

/**
 * Whether a producer that raises its epoch asks a second time, its first answer having been lost.
 * @throws KafkaError when somebody else holds the id now
 */
const isRepeated = (known: TransactionRecord, claimed: ProducerIdentity): boolean => {
  if (claimed.producerId === known.producerId) {
    if (isOpen(known) || claimed.producerEpoch === known.producerEpoch) return false;
    if (claimed.producerEpoch === known.previousEpoch) return true;
  }
  throw new KafkaError(
    'PRODUCER_FENCED',
    `producer ${claimed.producerId} with epoch ${claimed.producerEpoch} is fenced by ${known.producerId} with ${known.producerEpoch}`,
  );
};

const claimedAgain = ({ producerId, producerEpoch }: TransactionRecord): ProducerIdentity => ({
  producerId,
  producerEpoch,
});

const blank = (timeoutMillis: number, nowMillis: number) =>
  ({
    timeoutMillis,
    previousEpoch: noEpoch,
    state: 'Empty',
    partitions: [],
    groupIds: [],
    offsets: {},
    startedAtMillis: nowMillis,
    updatedAtMillis: nowMillis,
  }) as const satisfies Partial<TransactionRecord>;

const checkIdentity = (record: TransactionRecord, claim: ProducerIdentity): void => {
  if (claim.producerId !== record.producerId) {
    throw new KafkaError('INVALID_PRODUCER_ID_MAPPING', `the id belongs to producer ${record.producerId}`);
  }
  if (claim.producerEpoch !== record.producerEpoch) {
    throw new KafkaError('PRODUCER_FENCED', `epoch ${claim.producerEpoch} is fenced by ${record.producerEpoch}`);
  }
};
