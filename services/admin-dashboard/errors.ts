import { defineErrors } from '#kit/errors.ts';

export const errors = defineErrors({
  DEVELOPMENT_TOKEN_FORBIDDEN: {
    httpStatus: 500,
    title: 'A development token outside the local platform',
    fix: 'Remove DEVELOPMENT_TOKEN and DEVELOPMENT_TOKEN_FILE.',
  },
  SIGN_IN_REFUSED: {
    httpStatus: 401,
    title: 'The sign-in was refused',
    fix: 'Sign in again.',
  },
  IDENTITY_UNAVAILABLE: {
    httpStatus: 503,
    title: 'Nobody can sign in now',
    fix: 'Try again after the stated time.',
    retryAfterSeconds: 5,
  },
  REPORT_NOT_FOUND: {
    httpStatus: 404,
    title: 'There is no such report yet',
    fix: 'Write it with gm cost --json.',
  },
  REPORT_UNREADABLE: {
    httpStatus: 500,
    title: 'The report cannot be read',
    fix: 'Write it anew with gm cost --json.',
  },
  HOST_FORBIDDEN: {
    httpStatus: 403,
    title: 'This name is not served here',
    fix: 'Open the dashboard at http://localhost.',
  },
  UPSTREAM_UNAVAILABLE: {
    httpStatus: 503,
    title: 'A service behind the dashboard is away',
    fix: 'Send it again after the stated time.',
    retryAfterSeconds: 2,
  },
  UPSTREAM_SLOW: {
    httpStatus: 504,
    title: 'A service behind the dashboard takes too long',
    fix: 'Ask for less, or send it again.',
  },
  PAGES_UNAVAILABLE: {
    httpStatus: 500,
    title: 'The pages cannot be built',
    fix: 'Run npm ci again and see the log.',
  },
});
