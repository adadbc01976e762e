const firstOutputBytes = 64 * 1024;

/** Output that grows up to a limit. */
export class Output {
  bytes = Buffer.allocUnsafe(firstOutputBytes);
  size = 0;
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  reserve(count: number): void {
    const needed = this.size + count;
    if (needed <= this.bytes.length) return;
    if (needed > this.limit) throw new RangeError(`more than ${this.limit} bytes after decompression`);
    const grown = Buffer.allocUnsafe(Math.min(this.limit, Math.max(needed, this.bytes.length * 2)));
    this.bytes.copy(grown, 0, 0, this.size);
    this.bytes = grown;
  }

  literals(from: Buffer, start: number, count: number): void {
    if (start + count > from.length) throw new RangeError('literals end after the input');
    this.reserve(count);
    from.copy(this.bytes, this.size, start, start + count);
    this.size += count;
  }

  /** Repeats what was written `distance` bytes ago; source and target may overlap. */
  match(distance: number, count: number): void {
    if (distance <= 0 || distance > this.size) throw new RangeError(`a match ${distance} bytes before the output`);
    this.reserve(count);
    const { bytes, size } = this;
    if (distance >= count) bytes.copy(bytes, size, size - distance, size - distance + count);
    else for (let at = size; at < size + count; at++) bytes.writeUInt8(bytes.readUInt8(at - distance), at);
    this.size += count;
  }

  finish(): Buffer {
    return this.bytes.subarray(0, this.size);
  }
}
