import { NEVER_SAMPLED } from './event.ts';

const RANGE = 2 ** 32;

/** FNV-1a of 32 bits: the same text gives the same number on every device. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  // One more round of mixing: FNV alone leaves similar ids close together.
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Whether a player's events of a type are sent. By player, not by event: whoever is counted is counted whole. */
export function isSampled(playerId: string, type: string, rates: Readonly<Record<string, number>>): boolean {
  const rate = rates[type] ?? 1;
  if (rate >= 1 || NEVER_SAMPLED.has(type)) return true;
  return hash(`${type}:${playerId}`) / RANGE < rate;
}
