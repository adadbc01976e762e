import { ExplainedError } from '#catalog/model/explained-error.ts';

/**
 * What the user of one machine can put right: a taken port, a full disk, a folder that may not be read.
 * The message is a sentence with the value and the rule, followed by the fix; it is shown without a stack.
 */
export class LocalError extends ExplainedError {
  override readonly name = 'LocalError';
  readonly fix: string;

  constructor(code: string, occurrence: { readonly detail: string; readonly fix: string; readonly cause?: unknown }) {
    super(code, `${occurrence.detail} ${occurrence.fix}`, { cause: occurrence.cause });
    this.fix = occurrence.fix;
  }
}

/** The `code` of a Node system error such as ENOENT; undefined for everything else. */
export function systemCode(error: unknown): string | undefined {
  // Not `instanceof Error`: an error of another realm, as in tests, is one as well.
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A file or folder of ours that cannot be written: full disk, permissions, read-only. */
export function unwritable(path: string, cause: unknown): LocalError {
  const code = systemCode(cause) ?? String(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const fix = 'Free some space, or choose a folder on another disk with --data.';
    return new LocalError('DISK_FULL', { detail: `The disk is full: ${path} cannot be written.`, fix, cause });
  }
  const fix = 'Make it writable for this user, or choose another data folder with --data.';
  return new LocalError('FOLDER_UNWRITABLE', { detail: `${path} cannot be written (${code}).`, fix, cause });
}
