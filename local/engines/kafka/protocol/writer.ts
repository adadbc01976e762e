import { writeInt64 } from './reader.ts';

const firstScratchSize = 512;
const largestScratchSize = 1 << 20;

/**
 * Collects a frame as a list of buffers: small fields go into a growing scratch buffer, record batches are
 * passed on by reference, so that a fetched megabyte is never copied. `finish` puts the length in front.
 */
export class Writer {
  #scratch = Buffer.allocUnsafe(firstScratchSize);
  #start = 0;
  // The first four bytes are the length of the frame.
  #position = 4;
  #size = 0;
  readonly #done: Buffer[] = [];

  #room(size: number): number {
    const at = this.#position;
    if (at + size > this.#scratch.length) return this.#grow(size);
    this.#position = at + size;
    return at;
  }

  /** What is written so far is handed over as it is; a larger scratch buffer takes the rest. */
  #grow(size: number): number {
    this.#flush();
    this.#scratch = Buffer.allocUnsafe(Math.max(size, Math.min(this.#scratch.length * 2, largestScratchSize)));
    this.#start = 0;
    this.#position = size;
    return 0;
  }

  #flush(): void {
    if (this.#position === this.#start) return;
    this.#done.push(this.#scratch.subarray(this.#start, this.#position));
    this.#size += this.#position - this.#start;
    this.#start = this.#position;
  }

  int8(value: number): void {
    const at = this.#room(1);
    this.#scratch.writeInt8(value, at);
  }

  int16(value: number): void {
    const at = this.#room(2);
    this.#scratch.writeInt16BE(value, at);
  }

  int32(value: number): void {
    const at = this.#room(4);
    this.#scratch.writeInt32BE(value, at);
  }

  int64(value: number): void {
    const at = this.#room(8);
    writeInt64(this.#scratch, value, at);
  }

  unsignedVarint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      const at = this.#room(1);
      this.#scratch.writeUInt8((rest & 0x7f) | 0x80, at);
      rest = Math.floor(rest / 0x80);
    }
    const at = this.#room(1);
    this.#scratch.writeUInt8(rest, at);
  }

  text(value: string, size: number): void {
    const at = this.#room(size);
    this.#scratch.write(value, at, size, 'utf8');
  }

  copy(bytes: Buffer): void {
    const at = this.#room(bytes.length);
    bytes.copy(this.#scratch, at);
  }

  /** Takes the buffer itself: it must not be changed until the frame has been sent. */
  reference(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#flush();
    this.#done.push(bytes);
    this.#size += bytes.length;
  }

  /** Bytes written so far, without the length prefix. */
  get size(): number {
    return this.#size + this.#position - this.#start - 4;
  }

  /** The whole frame, its length in front. */
  finish(): Buffer[] {
    const size = this.size;
    this.#flush();
    this.#done[0]?.writeInt32BE(size, 0);
    return this.#done;
  }
}
