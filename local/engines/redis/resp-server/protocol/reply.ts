/**
 * What a command answers. Strings hold one byte a character (latin1), so that keys and values of any bytes pass through
 * unchanged; their length is the length on the wire, their order is the order of bytes.
 */
export type Reply = string | number | bigint | null | Special | readonly Reply[];

/** Answers whose form depends on the protocol version, or that are more than data. */
export type Special = Status | Failure | MapReply | SetReply | DoubleReply | NullArray | NoReply;

export class Status {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export class Failure {
  /** Begins with its code: "ERR …", "WRONGTYPE …". */
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** Keys and values in turn; RESP2 clients get them as one flat array. */
export class MapReply {
  readonly flat: readonly Reply[];
  constructor(flat: readonly Reply[]) {
    this.flat = flat;
  }
}

export class SetReply {
  readonly members: readonly Reply[];
  constructor(members: readonly Reply[]) {
    this.members = members;
  }
}

export class DoubleReply {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** "There is no array", where RESP2 tells it from "there is no value". */
export class NullArray {
  readonly kind = 'null-array';
}

/** The command has written its answers itself, or will later. */
export class NoReply {
  readonly kind = 'no-reply';
}

export const OK = new Status('OK');
export const QUEUED = new Status('QUEUED');
export const PONG = new Status('PONG');
export const NULL_ARRAY = new NullArray();
export const NO_REPLY = new NoReply();

/** As Redis writes scores: the shortest form that reads back the same. */
export function formatDouble(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}
