import { nearest } from '../schemas/violation.ts';
import { broken, type Resolution, resolved } from './row.ts';

/** Resolved when the name is among those that exist; else says so, with the one that was probably meant. */
export function among(name: string, known: readonly string[], what: string): Resolution {
  if (known.includes(name)) return resolved;
  const meant = nearest(name, known);
  return broken(`no ${what} has this name`, meant ? `Write «${meant}»` : `Create the ${what}, or name one that exists`);
}

/** `ns/name` when it is complete, for messages. */
export const qualified = (namespace: string | undefined, name: string): string =>
  namespace === undefined ? name : `${namespace}/${name}`;
