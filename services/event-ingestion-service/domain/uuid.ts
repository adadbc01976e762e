import { createHash } from 'node:crypto';

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * An id that is a UUID as it is; any other text becomes one that is always the same for the game and text (by shape a
 * version 8 of RFC 9562), so that events of clients with ids of their own are still counted once.
 */
export function eventIdOf(game: string, id: string): string {
  if (pattern.test(id)) return id;
  const bytes = createHash('sha256').update(`${game}\n${id}`).digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
