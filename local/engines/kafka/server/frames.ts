import { MalformedRequest } from '../protocol/reader.ts';

const lengthSize = 4;

/** Bytes that all connections together hold before they are whole requests. */
export class BufferBudget {
  readonly limit: number;
  used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }
}

/** Cuts what a connection receives into frames. A frame that came in one piece is not copied. */
export class Frames {
  readonly #largest: number;
  readonly #budget: BufferBudget;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(largest: number, budget: BufferBudget) {
    this.#largest = largest;
    this.#budget = budget;
  }

  /** Bytes that are waiting. */
  get size(): number {
    return this.#size;
  }

  /** @throws MalformedRequest when too much is waiting everywhere */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#budget.used += chunk.length;
    if (this.#budget.used > this.#budget.limit) {
      throw new MalformedRequest(
        `${this.#budget.used} bytes of requests are waiting, ${this.#budget.limit} are allowed`,
      );
    }
  }

  /**
   * The next whole frame without its length, or undefined until it is there.
   * @throws MalformedRequest when its length is out of bounds
   */
  next(): Buffer | undefined {
    if (this.#size < lengthSize) return undefined;
    const size = this.#peek(lengthSize).readInt32BE(0);
    if (size <= 0 || size > this.#largest) {
      throw new MalformedRequest(`a request of ${size} bytes; 1 to ${this.#largest} are allowed`);
    }
    if (this.#size < lengthSize + size) return undefined;
    const frame = this.#peek(lengthSize + size).subarray(lengthSize, lengthSize + size);
    this.#consume(lengthSize + size);
    return frame;
  }

  /** The first chunk, made long enough. */
  #peek(size: number): Buffer {
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= size) return first;
    const joined = Buffer.concat(this.#chunks, this.#size);
    this.#chunks = [joined];
    return joined;
  }

  #consume(size: number): void {
    const first = this.#chunks[0];
    if (first === undefined || first.length === size) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(size);
    this.#size -= size;
    this.#budget.used -= size;
  }

  clear(): void {
    this.#budget.used -= this.#size;
    this.#size = 0;
    this.#chunks = [];
  }
}
