import { defineErrors } from '#kit/errors.ts';

export const errors = defineErrors({
  RANGE_INVALID: {
    httpStatus: 400,
    title: 'The range of days is not valid',
    fix: 'Give two days, from before to, at most 366 days apart.',
  },
  ARGUMENT_INVALID: {
    httpStatus: 400,
    title: 'An argument is not valid',
    fix: 'Compare it with the description of the field in the schema.',
  },
  CURSOR_INVALID: {
    httpStatus: 400,
    title: 'The cursor is not valid',
    fix: 'Give one that a page of the same list had, or begin without one.',
  },
  ANSWER_TOO_SLOW: {
    httpStatus: 503,
    title: 'The answer takes too long',
    fix: 'Ask for fewer days, or send it again after the stated time.',
    retryAfterSeconds: 5,
  },
  PERSISTED_QUERY_NOT_FOUND: {
    httpStatus: 400,
    title: 'The query is not known by its hash',
    fix: 'Send the hash together with the text of the query once.',
  },
  PERSISTED_QUERY_MISMATCH: {
    httpStatus: 400,
    title: 'The hash is not that of the query',
    fix: 'Send the SHA-256 of the text, in hexadecimal digits.',
  },
  QUERY_INVALID: { httpStatus: 400, title: 'The query is not valid', fix: 'Compare it with the schema.' },
  QUERY_TOO_DEEP: { httpStatus: 400, title: 'The query is too deep', fix: 'Ask in several queries.' },
  QUERY_TOO_COSTLY: { httpStatus: 400, title: 'The query asks for too much', fix: 'Ask for fewer fields or days.' },
  QUERY_EXPECTED: { httpStatus: 400, title: 'Not a query', fix: 'Send subscriptions over WebSocket.' },
  SUBSCRIPTION_EXPECTED: { httpStatus: 400, title: 'Not a subscription', fix: 'Send queries by POST /graphql.' },
  SUBSCRIPTIONS_EXHAUSTED: {
    httpStatus: 429,
    title: 'Too many subscriptions',
    fix: 'End some of them, or open another connection.',
  },
  ANSWER_FAILED: {
    httpStatus: 500,
    title: 'Something is broken on our side',
    fix: 'Send it again; if it stays, tell us when it happened.',
  },
});
