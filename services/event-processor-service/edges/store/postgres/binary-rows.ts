import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { writeUuid } from '../../../domain/identity.ts';

/** PostgreSQL counts time from 2000-01-01, in microseconds. */
const EPOCH_MILLIS = Date.UTC(2000, 0, 1);
/** Signature, flags and header extension of the binary format (PostgreSQL, COPY, «Binary Format»). */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TRAILER = -1;
const NULL_LENGTH = -1;
const TWO_TO_32 = 2 ** 32;
const maxBytesPerUnit = 3;
const initialBytes = 256 * 1024;
/** Room that is kept for the next batch; a giant one gives its memory back. */
const keptBytes = 8 * 1024 * 1024;
const uuidBytes = 16;
const fixedBytes = 32;

/** Rows in the binary COPY format, written into one buffer that is used again for the next batch. */
export class BinaryRows {
  #buffer = Buffer.allocUnsafe(initialBytes);
  #at = 0;

  constructor() {
    this.clear();
  }

  clear(): void {
    if (this.#buffer.length > keptBytes) this.#buffer = Buffer.allocUnsafe(initialBytes);
    this.#at = HEADER.copy(this.#buffer, 0);
  }

  row(columns: number): void {
    this.#reserve(fixedBytes);
    this.#at = this.#buffer.writeInt16BE(columns, this.#at);
  }

  smallint(value: number): void {
    this.#reserve(fixedBytes);
    this.#at = this.#buffer.writeInt32BE(2, this.#at);
    this.#at = this.#buffer.writeInt16BE(value, this.#at);
  }

  integer(value: number): void {
    this.#reserve(fixedBytes);
    this.#at = this.#buffer.writeInt32BE(4, this.#at);
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
  }

  /** Milliseconds since 1970 as timestamptz. */
  timestamp(millis: number): void {
    this.#reserve(fixedBytes);
    // At most 2^53 microseconds: 285 years around 2000, exact as a number.
    const micros = (millis - EPOCH_MILLIS) * 1000;
    const high = Math.floor(micros / TWO_TO_32);
    this.#at = this.#buffer.writeInt32BE(8, this.#at);
    this.#at = this.#buffer.writeInt32BE(high, this.#at);
    this.#at = this.#buffer.writeUInt32BE(micros - high * TWO_TO_32, this.#at);
  }

  uuid(text: string): void {
    this.#reserve(fixedBytes);
    this.#at = this.#buffer.writeInt32BE(uuidBytes, this.#at);
    this.#at = writeUuid(this.#buffer, this.#at, text);
  }

  text(value: string | undefined): void {
    this.#reserve(fixedBytes + (value?.length ?? 0) * maxBytesPerUnit);
    if (value === undefined) {
      this.#at = this.#buffer.writeInt32BE(NULL_LENGTH, this.#at);
      return;
    }
    const length = this.#buffer.write(value, this.#at + 4);
    this.#buffer.writeInt32BE(length, this.#at);
    this.#at += 4 + length;
  }

  /** Text, or JSON, that is bytes already. */
  bytes(source: Buffer, from: number, to: number): void {
    this.#reserve(fixedBytes + to - from);
    this.#at = this.#buffer.writeInt32BE(to - from, this.#at);
    this.#at += source.copy(this.#buffer, this.#at, from, to);
  }

  /** COPY of everything written, in the client's transaction. `target` is `schema.table (columns)`, our own text. */
  async copyInto(client: pg.ClientBase, target: string): Promise<void> {
    this.#reserve(fixedBytes);
    const end = this.#buffer.writeInt16BE(TRAILER, this.#at);
    const stream = client.query(copyFrom(`COPY ${target} FROM STDIN WITH (FORMAT binary)`));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    stream.on('error', reject);
    stream.on('finish', resolve);
    stream.end(this.#buffer.subarray(0, end));
    await promise;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
