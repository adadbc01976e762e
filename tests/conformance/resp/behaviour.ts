import type { Redis } from 'ioredis';

/** A request: words separated by spaces, or a list where a word is empty, holds spaces or any bytes. */
export type Request = string | readonly (string | number)[];

/** A request and what both servers must answer: a value, an asymmetric matcher of jest, or `error('CODE …')`. */
export type Step = readonly [request: Request, answer: unknown];

/** One sentence of the contract; every behaviour starts with no keys. */
export interface Behaviour {
  readonly title: string;
  readonly steps: readonly Step[];
}

/** The answer is an error that begins like this. */
export class ExpectedError {
  readonly prefix: string;
  constructor(prefix: string) {
    this.prefix = prefix;
  }
}

export function error(prefix: string): ExpectedError {
  return new ExpectedError(prefix);
}

/** An answer whose form depends on the protocol. */
export class ByProtocol {
  readonly resp2: unknown;
  readonly resp3: unknown;
  constructor(resp2: unknown, resp3: unknown) {
    this.resp2 = resp2;
    this.resp3 = resp3;
  }
}

/** Members with scores: flat in RESP2, in pairs in RESP3. */
export function scored(...pairs: readonly (readonly [member: string, score: string])[]): ByProtocol {
  return new ByProtocol(pairs.flat(), pairs);
}

/** Streams with entries: pairs in RESP2, a map (flat to this client) in RESP3. */
export function byStream(...pairs: readonly (readonly [key: string, entries: unknown])[]): ByProtocol {
  return new ByProtocol(pairs, pairs.flat());
}

export const wrongType = error('WRONGTYPE Operation against a key holding the wrong kind of value');
export const notInteger = error('ERR value is not an integer or out of range');
export const syntaxError = error('ERR syntax error');

export function words(request: Request): (string | number)[] {
  return typeof request === 'string' ? request.split(' ') : [...request];
}

/** The answer of a server, its errors as values, so that two servers can be compared. */
export async function ask(redis: Redis, request: Request): Promise<unknown> {
  const [name, ...args] = words(request);
  try {
    return await redis.call(String(name), args);
  } catch (problem) {
    return { error: problem instanceof Error ? problem.message : String(problem) };
  }
}
