import { errorCode } from '#kit/errors.ts';

/** Another process owns a partition of the batch, or has moved it: nothing was stored, and the positions are to be read again. */
export class BatchFenced extends Error {
  override readonly name = 'BatchFenced';
}

/** Players were erased since the list in hand was read: read it again and store the batch against the new one. */
export class SuppressionsChanged extends Error {
  override readonly name = 'SuppressionsChanged';
}

/** The database refuses a value of the batch, and will refuse it again. */
export class BatchUnstorable extends Error {
  override readonly name = 'BatchUnstorable';
}

/** Another transaction wrote the same new rows first; SQLSTATE 40001 makes the transaction run again. */
export class WriteConflict extends Error {
  override readonly name = 'WriteConflict';
  readonly code = '40001';
}

/** 22: data exception, 23: integrity constraint, 54: program limit. Source: PostgreSQL, appendix A. */
const dataRefused = /^(22|23|54)/;

export const isDataRefused = (error: unknown): boolean => dataRefused.test(errorCode(error) ?? '');

export const UNIQUE_VIOLATION = '23505';
