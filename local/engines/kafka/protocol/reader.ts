/** The bytes do not follow the Kafka protocol. The connection that sent them is closed; nothing else is. */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest';
}

/**
 * A cursor over one frame. Every read is checked against the end of the frame, and no length that the peer
 * claims is believed before the bytes are there.
 *
 * 64-bit integers are read as numbers: offsets, timestamps and producer ids stay far below 2^53, and numbers
 * cost no allocation.
 */
export class Reader {
  readonly bytes: Buffer;
  position: number;
  readonly end: number;

  constructor(bytes: Buffer, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  /** Moves past `size` bytes and returns where they begin. */
  skip(size: number): number {
    const start = this.position;
    if (size < 0 || start + size > this.end) {
      throw new MalformedRequest(`needs ${size} bytes at position ${start}, the frame ends at ${this.end}`);
    }
    this.position = start + size;
    return start;
  }

  int8(): number {
    return this.bytes.readInt8(this.skip(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.skip(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.skip(4));
  }

  int64(): number {
    const start = this.skip(8);
    return readInt64(this.bytes, start);
  }

  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes.readUInt8(this.skip(1));
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new MalformedRequest(`the varint that ends at position ${this.position} is longer than 5 bytes`);
  }

  /** Zigzag, at most 32 bits: the lengths inside records. */
  varint(): number {
    const value = this.unsignedVarint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** Zigzag, at most 64 bits: the timestamp deltas inside records. */
  varlong(): number {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes.readUInt8(this.skip(1));
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number((value >> 1n) ^ -(value & 1n));
    }
    throw new MalformedRequest(`the varlong that ends at position ${this.position} is longer than 10 bytes`);
  }

  slice(size: number): Buffer {
    const start = this.skip(size);
    return this.bytes.subarray(start, start + size);
  }

  text(size: number): string {
    const start = this.skip(size);
    return this.bytes.toString('utf8', start, start + size);
  }
}

export const readInt64 = (bytes: Buffer, position: number): number =>
  bytes.readInt32BE(position) * 0x1_0000_0000 + bytes.readUInt32BE(position + 4);

export const writeInt64 = (bytes: Buffer, value: number, position: number): void => {
  bytes.writeInt32BE(Math.floor(value / 0x1_0000_0000), position);
  bytes.writeUInt32BE(value >>> 0, position + 4);
};
