const zigzag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0;

export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = zigzag(value); rest > 0x7f; rest >>>= 7) bytes += 1;
  return bytes;
}

/** Records are written one after another into memory that is used again for the next batch. */
export class Scratch {
  #memory: Buffer;
  #length = 0;

  constructor(bytes: number) {
    this.#memory = Buffer.allocUnsafeSlow(bytes);
  }

  get length(): number {
    return this.#length;
  }

  begin(): void {
    this.#length = 0;
  }

  get written(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  /** Room for so many more bytes. */
  reserve(bytes: number): void {
    if (this.#length + bytes <= this.#memory.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.#length + bytes));
    this.written.copy(larger);
    this.#memory = larger;
  }

  byte(value: number): void {
    this.#memory[this.#length] = value;
    this.#length += 1;
  }

  varint(value: number): void {
    let rest = zigzag(value);
    for (; rest > 0x7f; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  bytes(value: Buffer, end = value.length): void {
    this.#length += value.copy(this.#memory, this.#length, 0, end);
  }

  /** `bytes`: of the text in UTF-8; where it is as long as the text, it is ASCII, which is written in half the time. */
  text(value: string, bytes: number): void {
    this.#length += this.#memory.write(value, this.#length, bytes === value.length ? 'latin1' : 'utf8');
  }
}
