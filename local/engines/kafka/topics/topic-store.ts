import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KafkaError, StorageError } from '../errors.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type { Settings } from '../settings.ts';
import { type Entry, Journal } from '../state/journal.ts';
import { directoryName, Topic, type TopicRecord, topicsDirectory } from './topic.ts';
import type { TopicConfig } from './topic-config.ts';

export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly config: TopicConfig;
}

const longestName = 249;
const legalName = /^[a-zA-Z0-9._-]+$/;

/** All topics. Nothing makes a topic but `create`: a name that nobody created stays unknown. */
export class TopicStore {
  readonly #settings: Settings;
  readonly #journal: Journal<TopicRecord>;
  readonly #byName = new Map<string, Topic>();
  readonly #byId = new Map<string, Topic>();
  /** Told of every topic that is gone, so that its committed offsets go with it. */
  onDeleted: (name: string) => void = () => {};

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#journal = new Journal(join(settings.dataDir, 'topics.journal'), () => this.#entries());
  }

  #entries(): Entry<TopicRecord>[] {
    return [...this.#byName.values()].map((topic) => ({ key: topic.name, value: topic.record }));
  }

  open(): void {
    const records = new Map<string, TopicRecord>();
    this.#journal.open(({ key, value }) => {
      if (value === undefined) records.delete(key);
      else records.set(key, value);
    });
    this.#removeLeftovers(records);
    for (const [name, record] of records) this.#add(new Topic(name, record, this.#settings));
  }

  /** Directories of topics whose deletion was interrupted. */
  #removeLeftovers(records: ReadonlyMap<string, TopicRecord>): void {
    const root = topicsDirectory(this.#settings.dataDir);
    mkdirSync(root, { recursive: true, mode: 0o700 });
    const known = new Set([...records].map(([name, record]) => directoryName(name, record.id)));
    for (const name of readdirSync(root)) {
      if (!known.has(name)) rmSync(join(root, name), { recursive: true, force: true });
    }
  }

  #add(topic: Topic): void {
    this.#byName.set(topic.name, topic);
    this.#byId.set(topic.id, topic);
  }

  get all(): Topic[] {
    return [...this.#byName.values()];
  }

  byName(name: string): Topic | undefined {
    return this.#byName.get(name);
  }

  byId(id: string): Topic | undefined {
    return this.#byId.get(id);
  }

  /** @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION */
  need(name: string): Topic {
    const topic = this.#byName.get(name);
    if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `there is no topic ${name}`);
    return topic;
  }

  /** @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION */
  partition(name: string, index: number): PartitionLog {
    const log = this.need(name).partitions[index];
    if (log === undefined) {
      throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `topic ${name} has no partition ${index}`);
    }
    return log;
  }

  /** Everything that would make `create` refuse. */
  check({ name, partitions }: NewTopic): void {
    if (!legalName.test(name) || name === '.' || name === '..' || name.length > longestName) {
      throw new KafkaError(
        'INVALID_TOPIC_EXCEPTION',
        `${JSON.stringify(name)} is no topic name: 1 to ${longestName} letters, digits, dots, underscores and hyphens.`,
      );
    }
    if (this.#byName.has(name)) throw new KafkaError('TOPIC_ALREADY_EXISTS', `Topic ${name} exists already.`);
    const twin = this.all.find((topic) => topic.name.replaceAll('.', '_') === name.replaceAll('.', '_'));
    if (twin !== undefined) {
      throw new KafkaError('INVALID_TOPIC_EXCEPTION', `${name} and the topic ${twin.name} differ in . and _ only.`);
    }
    if (this.#byName.size >= this.#settings.maxTopics) {
      throw new KafkaError('POLICY_VIOLATION', `There are ${this.#byName.size} topics; the limit is maxTopics.`);
    }
    this.#checkPartitions(partitions, partitions);
  }

  #checkPartitions(count: number, added: number): void {
    if (count < 1) throw new KafkaError('INVALID_PARTITIONS', `${count} partitions; a topic has at least one.`);
    const total = this.all.reduce((sum, topic) => sum + topic.partitions.length, 0);
    if (total + added > this.#settings.maxPartitions) {
      throw new KafkaError(
        'INVALID_PARTITIONS',
        `${added} more than ${total} partitions are over the limit of ${this.#settings.maxPartitions}.`,
      );
    }
  }

  /** @throws KafkaError */
  create(wanted: NewTopic): Topic {
    this.check(wanted);
    const record: TopicRecord = {
      id: randomUUID().replaceAll('-', ''),
      partitions: wanted.partitions,
      config: wanted.config,
      logStartOffsets: {},
    };
    // Directories first: without a line in the journal they are leftovers, which the next start removes.
    const topic = new Topic(wanted.name, record, this.#settings);
    try {
      this.#journal.append([{ key: wanted.name, value: record }]);
    } catch (error) {
      this.#removeFiles(topic);
      throw error;
    }
    this.#add(topic);
    return topic;
  }

  /** Files that stay because the disk is broken are leftovers too. */
  #removeFiles(topic: Topic): void {
    topic.close();
    try {
      rmSync(topic.directory, { recursive: true, force: true });
    } catch (error) {
      this.#settings.onFault({ code: 'storage', message: new StorageError(topic.directory, error).message });
    }
  }

  delete(topic: Topic): void {
    this.#journal.append([{ key: topic.name, value: undefined }]);
    this.#byName.delete(topic.name);
    this.#byId.delete(topic.id);
    this.#removeFiles(topic);
    this.onDeleted(topic.name);
  }

  checkGrowth(topic: Topic, partitions: number): void {
    const count = topic.partitions.length;
    if (partitions <= count) {
      throw new KafkaError(
        'INVALID_PARTITIONS',
        `Topic ${topic.name} has ${count} partitions; ${partitions} is no more.`,
      );
    }
    this.#checkPartitions(partitions, partitions - count);
  }

  change(topic: Topic, change: Partial<Omit<TopicRecord, 'id'>>): void {
    const record = { ...topic.record, ...change };
    this.#journal.append([{ key: topic.name, value: record }]);
    topic.update(record);
  }

  /** Gives up the records before `offset`, for good. */
  deleteRecords(topic: Topic, partition: number, offset: number): void {
    const logStartOffsets = { ...topic.record.logStartOffsets, [partition]: offset };
    this.change(topic, { logStartOffsets });
    topic.partitions[partition]?.advanceStart(offset);
  }

  sync(): void {
    this.#journal.sync();
  }

  close(): void {
    for (const topic of this.#byName.values()) topic.close();
    this.#journal.close();
  }
}
