import { join } from 'node:path';
import { PartitionLog } from '../log/partition-log.ts';
import type { Settings } from '../settings.ts';
import { settingsOf, type TopicConfig, type TopicSettings } from './topic-config.ts';

/** What is kept of a topic between two lives of the broker. */
export interface TopicRecord {
  readonly id: string;
  readonly partitions: number;
  readonly config: TopicConfig;
  /** First readable offsets that DeleteRecords set, by partition. */
  readonly logStartOffsets: Readonly<Record<string, number>>;
}

/** Part of the directory's name, so that a topic that is made again never meets its former files. */
const idDigits = 8;

export class Topic {
  readonly name: string;
  readonly partitions: PartitionLog[] = [];
  readonly #broker: Settings;
  #record: TopicRecord;
  #settings: TopicSettings;

  constructor(name: string, record: TopicRecord, broker: Settings) {
    this.name = name;
    this.#broker = broker;
    this.#record = record;
    this.#settings = settingsOf(record.config, broker.logSegmentBytes);
    this.#openPartitions();
  }

  get id(): string {
    return this.#record.id;
  }

  get record(): TopicRecord {
    return this.#record;
  }

  get settings(): TopicSettings {
    return this.#settings;
  }

  get directory(): string {
    return directoryOf(this.#broker.dataDir, this.name, this.#record.id);
  }

  /** Takes over what the journal has stored already. */
  update(record: TopicRecord): void {
    this.#record = record;
    this.#settings = settingsOf(record.config, this.#broker.logSegmentBytes);
    this.#openPartitions();
  }

  #openPartitions(): void {
    for (let index = this.partitions.length; index < this.#record.partitions; index++) {
      this.partitions.push(
        new PartitionLog({
          directory: join(this.directory, String(index)),
          settings: () => this.#settings,
          logStartOffset: this.#record.logStartOffsets[index] ?? 0,
          now: this.#broker.now,
          syncsSegments: this.#broker.flush === 'always',
          onDamage: ({ path, position, lostBytes }) =>
            this.#broker.onFault({
              code: 'damage',
              message: `${path}: the last ${lostBytes} bytes from ${position} on were no whole batch and are cut off.`,
            }),
        }),
      );
    }
  }

  close(): void {
    for (const partition of this.partitions) partition.close();
  }
}

export const topicsDirectory = (dataDir: string): string => join(dataDir, 'topics');
export const directoryName = (name: string, id: string): string => `${name}-${id.slice(0, idDigits)}`;
const directoryOf = (dataDir: string, name: string, id: string): string =>
  join(topicsDirectory(dataDir), directoryName(name, id));
