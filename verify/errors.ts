import { ExplainedError } from '#catalog/index.ts';

/** What the caller can mend: the output or the schemas are not where they were looked for, or are not readable. */
export class VerifyError extends ExplainedError {
  override readonly name = 'VerifyError';
}
