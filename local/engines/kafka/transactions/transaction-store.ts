import { join } from 'node:path';
import type { Settings } from '../settings.ts';
import { Journal } from '../state/journal.ts';
import type { TransactionRecord } from './transaction.ts';

/** Transactional ids and where their transactions stand. */
export class TransactionStore {
  readonly #records = new Map<string, TransactionRecord>();
  readonly #journal: Journal<TransactionRecord>;

  constructor(settings: Settings) {
    this.#journal = new Journal(join(settings.dataDir, 'transactions.journal'), () =>
      [...this.#records].map(([key, value]) => ({ key, value })),
    );
  }

  open(): void {
    this.#journal.open(({ key, value }) => {
      if (value === undefined) this.#records.delete(key);
      else this.#records.set(key, value);
    });
  }

  get(transactionalId: string): TransactionRecord | undefined {
    return this.#records.get(transactionalId);
  }

  get all(): [string, TransactionRecord][] {
    return [...this.#records];
  }

  get size(): number {
    return this.#records.size;
  }

  /** @throws StorageError; the record is as before then. */
  set(transactionalId: string, record: TransactionRecord): void {
    this.#journal.append([{ key: transactionalId, value: record }]);
    this.#records.set(transactionalId, record);
  }

  delete(transactionalId: string): void {
    this.#journal.append([{ key: transactionalId, value: undefined }]);
    this.#records.delete(transactionalId);
  }

  sync(): void {
    this.#journal.sync();
  }

  close(): void {
    this.#journal.close();
  }
}
