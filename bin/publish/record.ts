import { createHash } from 'node:crypto';
import { Ajv } from 'ajv';
import { type Static, Type } from 'typebox';
import { ExplainedError } from '#catalog/index.ts';

/** Stands at the top of a GitOps tree and says which of its files are this command's to change and to remove. */
export const RECORD_FILE = '.gamemetrics-published.json';

const RecordFile = Type.Object({
  version: Type.Literal(1),
  about: Type.String(),
  files: Type.Record(Type.String(), Type.String({ pattern: '^[0-9a-f]{64}$' })),
});

const isRecord = new Ajv().compile<Static<typeof RecordFile>>(RecordFile);

/** SHA-256 of each owned file as it was published, by its path in the tree. */
export type Ownership = ReadonlyMap<string, string>;

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A publication was refused; nothing was changed. */
export class PublishError extends ExplainedError {
  override readonly name = 'PublishError';
}

/** A path that leads out of the tree, or into git's own folder, is no file of ours. */
const leadsAway = (path: string): boolean =>
  path.startsWith('/') || path.split('/').some((part) => part === '..' || part === '.git' || part === '');

/** @throws PublishError when the text is not a record: then nobody knows what may be removed. */
export function parseRecord(text: string | undefined): Ownership {
  if (text === undefined) return new Map();
  const refuse = (why: string): PublishError =>
    new PublishError('RECORD_UNREADABLE', `${RECORD_FILE} ${why}. Restore it from the history of the tree.`);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw refuse('is not JSON');
  }
  if (!isRecord(content)) throw refuse('is not a record of files and their digests');
  const away = Object.keys(content.files).find(leadsAway);
  if (away !== undefined) throw refuse(`names «${away}», which is no file of the tree`);
  return new Map(Object.entries(content.files));
}

/** Sorted, so that the same files always give the same text. */
export function renderRecord(owned: Ownership): string {
  const files = Object.fromEntries([...owned].sort(([a], [b]) => (a < b ? -1 : 1)));
  const about =
    'Written by «gm publish»: it changes and removes these files and no others. Edit neither them nor this.';
  return `${JSON.stringify({ version: 1, about, files }, undefined, 2)}\n`;
}
