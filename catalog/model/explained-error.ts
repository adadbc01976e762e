/**
 * An error that explains itself: a code for programs and a sentence with the value, the rule and the fix for people.
 * The command line prints the sentence and no stack; every other error is a bug of ours.
 */
export class ExplainedError extends Error {
  override readonly name: string = 'ExplainedError';
  /** UPPER_SNAKE_CASE. */
  readonly code: string;

  constructor(code: string, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.code = code;
  }
}
