import type { Invocation } from './model.ts';

/** A call of the AWS command line in a region, answered as text. */
export const aws = (region: string, ...words: readonly string[]): Invocation => ({
  program: 'aws',
  words: [...words, '--region', region, '--output', 'text'],
});
