import { isAscii, isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { errors } from '#kit/errors.ts';

const inflate = promisify(gunzip);

export interface Body {
  readonly json: string;
  readonly value: unknown;
}

const code = (error: unknown): unknown => (error instanceof Error ? Reflect.get(error, 'code') : undefined);

async function decompress(bytes: Buffer, limit: number): Promise<Buffer> {
  try {
    return await inflate(bytes, { maxOutputLength: limit });
  } catch (error) {
    if (code(error) === 'ERR_BUFFER_TOO_LARGE')
      throw errors.BODY_TOO_LARGE({ detail: `The body is larger than ${limit} bytes after decompression.` });
    throw errors.BODY_UNREADABLE({ detail: 'The body says that it is gzip and is not.', fix: 'Send valid gzip.' });
  }
}

async function decoded(bytes: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity' || name === '') return bytes;
  if (name === 'gzip' || name === 'x-gzip') return decompress(bytes, limit);
  const detail = `The content encoding "${name.slice(0, 20)}" is not supported.`;
  throw errors.MEDIA_TYPE_UNSUPPORTED({ detail, fix: 'Send gzip, or the body as it is.' });
}

/** ASCII takes the short way: most bodies are, and it halves the time of this step. */
function textOf(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (!isUtf8(bytes)) throw errors.BODY_UNREADABLE({ detail: 'The body is not UTF-8.', fix: 'Send UTF-8.' });
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/**
 * The JSON of a body, decompressed within `limit` bytes.
 * Errors: BODY_TOO_LARGE, BODY_UNREADABLE, MEDIA_TYPE_UNSUPPORTED.
 */
export async function readBody(bytes: unknown, encoding: string | undefined, limit: number): Promise<Body> {
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) throw errors.BODY_UNREADABLE({ detail: 'The body is empty.' });
  const json = textOf(await decoded(bytes, encoding, limit));
  try {
    return { json, value: JSON.parse(json) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not JSON';
    throw errors.BODY_UNREADABLE({ detail: `The body is not well-formed JSON: ${reason.slice(0, 200)}.` });
  }
}
