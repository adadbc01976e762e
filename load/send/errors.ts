import { defineErrors } from '#kit/errors.ts';

/** What ends a whole transmission; a single bad line never does. */
export const sendErrors = defineErrors({
  FILE_UNREADABLE: { httpStatus: 400, title: 'The file cannot be read', fix: 'Check the path and its permissions.' },
  FORMAT_UNKNOWN: {
    httpStatus: 400,
    title: 'The format of the file is not clear',
    fix: 'Say which it is: --format gamemetrics or --format aws-game-analytics.',
  },
  SEND_REFUSED: { httpStatus: 400, title: 'The platform refuses the events', fix: 'Correct it and send again.' },
  SEND_GAVE_UP: {
    httpStatus: 503,
    title: 'The platform did not take the events',
    fix: 'Look at `gm status`, then run the same command again: what arrived is not counted twice.',
  },
});
