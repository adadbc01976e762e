import type { Readable } from 'node:stream';
import { errors } from '../errors.ts';

export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

export type ObjectBody = Readable | Buffer | string;

/** Files under keys, as in S3: no folders, no append, a `put` is whole or not there at all. */
export interface ObjectStore {
  put(key: string, body: ObjectBody): Promise<ObjectInfo>;
  /** Errors: OBJECT_NOT_FOUND. */
  get(key: string): Promise<Readable>;
  /** The whole object; for reports and other small ones. Errors: OBJECT_NOT_FOUND. */
  read(key: string): Promise<Buffer>;
  /** In the order of the keys. */
  list(prefix?: string): AsyncIterable<ObjectInfo>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
}

const keyPattern = /^[A-Za-z0-9!_.*'()=-]+(\/[A-Za-z0-9!_.*'()=-]+)*$/;
const maxKeyLength = 900;

/** Errors: OBJECT_KEY_INVALID for a key that S3 or a file system would take for something else. */
export function requireObjectKey(key: string): void {
  const steps = key.split('/');
  const valid = keyPattern.test(key) && key.length <= maxKeyLength && !steps.some((step) => /^\.+$/.test(step));
  if (valid) return;
  const rule = "letters, digits and !_.*'()=- in parts divided by /";
  throw errors.OBJECT_KEY_INVALID({ detail: `The key ${JSON.stringify(key.slice(0, 100))} is not made of ${rule}.` });
}
