import { defineErrors } from '#kit/errors.ts';

export const processorErrors = defineErrors({
  DEAD_LETTER_NOT_FOUND: {
    httpStatus: 404,
    title: 'There is no such dead letter',
    fix: 'List the dead letters to see their ids.',
  },
  DEAD_LETTER_NOT_REPLAYABLE: {
    httpStatus: 409,
    title: 'The dead letter cannot be replayed as it is',
    fix: 'Put a corrected event in its place first.',
  },
  DEAD_LETTER_DISCARDED: {
    httpStatus: 409,
    title: 'The dead letter was discarded',
    fix: 'Put a corrected event in its place to open it again.',
  },
});
