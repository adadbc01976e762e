import { createHash, randomBytes } from 'node:crypto';

export const dataClasses = ['production', 'sandbox'] as const;
/** The two never mix in an answer. */
export type DataClass = (typeof dataClasses)[number];

const randomByteCount = 24;
const shownCharacters = 6;
const keyPattern = /^gmk_(production|sandbox)_([A-Za-z0-9_-]{32})$/;

export interface NewKey {
  /** Shown once, never stored. */
  readonly key: string;
  readonly hash: Buffer;
  readonly prefix: string;
}

export const hashKey = (key: string): Buffer => createHash('sha256').update(key).digest();

/** `gmk_<class>_<random>` with 192 random bits. */
export function generateKey(dataClass: DataClass): NewKey {
  const random = randomBytes(randomByteCount).toString('base64url');
  const key = `gmk_${dataClass}_${random}`;
  return { key, hash: hashKey(key), prefix: `gmk_${dataClass}_${random.slice(0, shownCharacters)}` };
}

/** True for text that could be a key; everything else is refused without asking the database. */
export const looksLikeKey = (text: string): boolean => keyPattern.test(text);
