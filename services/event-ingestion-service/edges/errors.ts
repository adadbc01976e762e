import { defineErrors } from '#kit/errors.ts';

/** Refusals of whole requests that only this service knows. */
export const ingestionErrors = defineErrors({
  BATCH_TOO_LARGE: {
    httpStatus: 413,
    title: 'Too many events in one request',
    fix: 'Send them in several requests.',
  },
  GAME_NOT_NAMED: {
    httpStatus: 400,
    title: 'The game is not clear',
    fix: 'Send the header x-game-id, or use an API key, which is of one game.',
  },
  QUOTA_EXCEEDED: {
    httpStatus: 429,
    title: 'The quota of the game is used up',
    fix: 'Send it again after the stated time, or ask for a larger quota.',
  },
  OVERLOADED: {
    httpStatus: 503,
    title: 'Too many requests are in hand',
    fix: 'Send it again after the stated time.',
    retryAfterSeconds: 1,
  },
  NOT_READY: {
    httpStatus: 503,
    title: 'The list of erased players is still being read',
    fix: 'Send it again after the stated time.',
    retryAfterSeconds: 2,
  },
});
