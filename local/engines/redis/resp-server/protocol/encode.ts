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
  if (isArray(reply)) return encodeItems('*', reply.length, reply, version);
  return encodeSpecial(reply, version);
}

/** An out-of-band message such as one of a subscription. */
export function encodePush(items: readonly Reply[], version: ProtocolVersion): string {
  return encodeItems(version === 3 ? '>' : '*', items.length, items, version);
}

function encodeBulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

function isArray(reply: Special | readonly Reply[]): reply is readonly Reply[] {
  return Array.isArray(reply);
}

function encodeItems(mark: string, count: number, items: readonly Reply[], version: ProtocolVersion): string {
  let text = `${mark}${count}\r\n`;
  for (const item of items) text += encode(item, version);
  return text;
}

function encodeSpecial(reply: Special, version: ProtocolVersion): string {
  if (reply instanceof Status) return `+${reply.text}\r\n`;
  if (reply instanceof Failure) return `-${oneLine(reply.message)}\r\n`;
  if (reply instanceof DoubleReply) return encodeDouble(reply.value, version);
  if (reply instanceof MapReply) return encodeMap(reply, version);
  if (reply instanceof SetReply)
    return encodeItems(version === 3 ? '~' : '*', reply.members.length, reply.members, version);
  if (reply instanceof NullArray) return version === 3 ? '_\r\n' : '*-1\r\n';
  return (reply satisfies NoReply) && '';
}

function encodeDouble(value: number, version: ProtocolVersion): string {
  return version === 3 ? `,${formatDouble(value)}\r\n` : encodeBulk(formatDouble(value));
}

function encodeMap({ flat }: MapReply, version: ProtocolVersion): string {
  return version === 3
    ? encodeItems('%', flat.length / 2, flat, version)
    : encodeItems('*', flat.length, flat, version);
}

/** A line break within an error would end it early and make the rest an answer of its own. */
function oneLine(message: string): string {
  return message.replaceAll(/[\r\n]+/g, ' ');
}
