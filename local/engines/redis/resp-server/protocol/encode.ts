import {
  DoubleReply,
  Failure,
  formatDouble,
  MapReply,
  type NoReply,
  NullArray,
  type Reply,
  SetReply,
  type Special,
  Status,
} from './reply.ts';

/** 2 until the client says HELLO 3. */
export type ProtocolVersion = 2 | 3;

/** The reply as it goes over the wire, one byte a character. */
export function encode(reply: Reply, version: ProtocolVersion): string {
  if (typeof reply === 'string') return encodeBulk(reply);
  if (typeof reply === 'number' || typeof reply === 'bigint') return `:${reply}\r\n`;
  if (reply === null) return version === 3 ? '_\r\n' : '$-1\r\n';
  if (isArray(reply)) return `*${reply.length}\r\n${encodeAll(reply, version)}`;
  return encodeSpecial(reply, version);
}

/** An out-of-band message such as one of a subscription. */
export function encodePush(items: readonly Reply[], version: ProtocolVersion): string {
  return `${version === 3 ? '>' : '*'}${items.length}\r\n${encodeAll(items, version)}`;
}

function encodeBulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

function isArray(reply: Special | readonly Reply[]): reply is readonly Reply[] {
  return Array.isArray(reply);
}

function encodeAll(items: readonly Reply[], version: ProtocolVersion): string {
  let text = '';
  for (const item of items) text += encode(item, version);
  return text;
}

function encodeSpecial(reply: Special, version: ProtocolVersion): string {
  if (reply instanceof Status) return `+${reply.text}\r\n`;
  if (reply instanceof Failure) return `-${oneLine(reply.message)}\r\n`;
  if (reply instanceof DoubleReply) return encodeDouble(reply.value, version);
  if (reply instanceof MapReply) return encodeMap(reply, version);
  if (reply instanceof SetReply) return encodeSet(reply, version);
  if (reply instanceof NullArray) return version === 3 ? '_\r\n' : '*-1\r\n';
  return (reply satisfies NoReply) && '';
}

function encodeDouble(value: number, version: ProtocolVersion): string {
  return version === 3 ? `,${formatDouble(value)}\r\n` : encodeBulk(formatDouble(value));
}

function encodeSet({ members }: SetReply, version: ProtocolVersion): string {
  return `${version === 3 ? '~' : '*'}${members.length}\r\n${encodeAll(members, version)}`;
}

function encodeMap({ flat }: MapReply, version: ProtocolVersion): string {
  const header = version === 3 ? `%${flat.length / 2}` : `*${flat.length}`;
  return `${header}\r\n${encodeAll(flat, version)}`;
}

/** A line break within an error would end it early and make the rest an answer of its own. */
function oneLine(message: string): string {
  return message.replaceAll(/[\r\n]+/g, ' ');
}
