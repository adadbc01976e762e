import { defineErrors } from '#kit/errors.ts';

export const errors = defineErrors({
  RANGE_INVALID: {
    httpStatus: 400,
    title: 'The range of days is not valid',
    fix: 'Give two days, from before to, at most 366 days apart.',
  },
  QUERY_TOO_DEEP: { httpStatus: 400, title: 'The query is too deep', fix: 'Ask in several queries.' },
  QUERY_TOO_COSTLY: { httpStatus: 400, title: 'The query asks for too much', fix: 'Ask for fewer fields or days.' },
});
