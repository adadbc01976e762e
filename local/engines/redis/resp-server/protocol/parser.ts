import { ProtocolError } from '../errors.ts';

/** Bounds of one request, far above what our services send and far below what Redis allows. */
export interface RequestLimits {
  readonly maximumArguments: number;
  readonly maximumBulkBytes: number;
  readonly maximumRequestBytes: number;
  readonly maximumInlineBytes: number;
}

export const defaultLimits: RequestLimits = {
  maximumArguments: 1_048_576,
  maximumBulkBytes: 32 * 1024 * 1024,
  maximumRequestBytes: 64 * 1024 * 1024,
  maximumInlineBytes: 64 * 1024,
};

const byte = { asterisk: 0x2a, dollar: 0x24, minus: 0x2d, zero: 0x30, nine: 0x39, cr: 0x0d, lf: 0x0a } as const;
const maximumLengthDigits = 10;
const empty = Buffer.alloc(0);

/**
 * Reads requests (arrays of bulk strings, or inline words) out of a stream of chunks. What was read stays read when a
 * request is cut anywhere, so a large one costs no more than its bytes.
 */
export class RequestParser {
  readonly #limits: RequestLimits;
  #buffer: Buffer = empty;
  #offset = 0;
  /** Chunks that arrived while a long argument was still incomplete. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Nothing can be done before this many unread bytes are there. */
  #neededBytes = 1;
  #arguments: string[] = [];
  /** Arguments still to come; -1 between requests. */
  #missing = -1;
  /** Length of the argument under way; -1 before its header. */
  #bulkLength = -1;
  #requestBytes = 0;

  constructor(limits: RequestLimits = defaultLimits) {
    this.#limits = limits;
  }

  push(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
  }

  /** The next whole request, first its command; undefined until more arrives. Throws a ProtocolError for nonsense. */
  next(): string[] | undefined {
    while (this.#gather()) {
      if (this.#missing === -1 && !this.#readHeader()) return undefined;
      if (this.#missing > 0 && !this.#readArguments()) return undefined;
      const request = this.#arguments;
      this.#arguments = [];
      this.#missing = -1;
      this.#requestBytes = 0;
      // An empty request is answered by nothing, as in Redis.
      if (request.length > 0) return request;
    }
    return undefined;
  }

  #unreadBytes(): number {
    return this.#buffer.length - this.#offset;
  }

  #gather(): boolean {
    if (this.#unreadBytes() + this.#waitingBytes < this.#neededBytes) return false;
    if (this.#waiting.length > 0) {
      const rest = this.#buffer.subarray(this.#offset);
      const [only] = this.#waiting;
      this.#buffer =
        rest.length === 0 && this.#waiting.length === 1 && only ? only : Buffer.concat([rest, ...this.#waiting]);
      this.#offset = 0;
      this.#waiting = [];
      this.#waitingBytes = 0;
    }
    this.#neededBytes = 1;
    return true;
  }

  /** `*COUNT`, or the words of an inline command. */
  #readHeader(): boolean {
    if (this.#buffer[this.#offset] !== byte.asterisk) return this.#readInline();
    const count = this.#readLength(this.#limits.maximumArguments, 'invalid multibulk length');
    if (count === undefined) return false;
    this.#missing = Math.max(count, 0);
    return true;
  }

  #readArguments(): boolean {
    while (this.#missing > 0) {
      if (this.#bulkLength === -1 && !this.#readBulkHeader()) return false;
      const end = this.#offset + this.#bulkLength;
      if (end + 2 > this.#buffer.length) {
        this.#neededBytes = this.#bulkLength + 2;
        return false;
      }
      this.#arguments.push(this.#buffer.toString('latin1', this.#offset, end));
      this.#offset = end + 2;
      this.#bulkLength = -1;
      this.#missing -= 1;
    }
    return true;
  }

  #readBulkHeader(): boolean {
    const mark = this.#buffer[this.#offset];
    if (mark === undefined) return false;
    if (mark !== byte.dollar) throw new ProtocolError(`expected '$', got '${String.fromCharCode(mark)}'`);
    const length = this.#readLength(this.#limits.maximumBulkBytes, 'invalid bulk length');
    if (length === undefined) return false;
    if (length < 0) throw new ProtocolError('invalid bulk length');
    this.#requestBytes += length;
    if (this.#requestBytes > this.#limits.maximumRequestBytes) throw new ProtocolError('too big request');
    this.#bulkLength = length;
    return true;
  }

  /** The number after the mark at the offset, its line consumed; undefined while the line is incomplete. */
  #readLength(maximum: number, problem: string): number | undefined {
    let at = this.#offset + 1;
    const negative = this.#buffer[at] === byte.minus;
    if (negative) at += 1;
    const firstDigit = at;
    let value = 0;
    for (
      let code = this.#buffer[at];
      code !== undefined && code >= byte.zero && code <= byte.nine;
      code = this.#buffer[at]
    ) {
      value = value * 10 + (code - byte.zero);
      at += 1;
      if (at - firstDigit > maximumLengthDigits) throw new ProtocolError(problem);
    }
    if (at + 1 >= this.#buffer.length) return this.#checkedRest(at, problem);
    if (at === firstDigit || this.#buffer[at] !== byte.cr || value > maximum) throw new ProtocolError(problem);
    this.#offset = at + 2;
    return negative ? -value : value;
  }

  /** An incomplete line may end in digits or in the first half of its end, in nothing else. */
  #checkedRest(at: number, problem: string): undefined {
    const next = this.#buffer[at];
    if (next !== undefined && next !== byte.cr) throw new ProtocolError(problem);
    this.#neededBytes = this.#unreadBytes() + 1;
    return undefined;
  }

  #readInline(): boolean {
    const end = this.#buffer.indexOf(byte.lf, this.#offset);
    if ((end === -1 ? this.#unreadBytes() : end - this.#offset) > this.#limits.maximumInlineBytes) {
      throw new ProtocolError('too big inline request');
    }
    if (end === -1) {
      this.#neededBytes = this.#unreadBytes() + 1;
      return false;
    }
    const line = this.#buffer.toString('latin1', this.#offset, end).trim();
    this.#offset = end + 1;
    this.#arguments = line === '' ? [] : line.split(/\s+/);
    // A browser that is made to post to this port must not find a server that skips its headers.
    if (/^(?:post|host:)$/i.test(this.#arguments[0] ?? '')) throw new ProtocolError('this is not an HTTP server');
    this.#missing = 0;
    return true;
  }
}
