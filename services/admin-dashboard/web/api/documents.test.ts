import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { documents } from './documents.ts';
import { listDocuments } from './lists.ts';

const contract = buildSchema(
  readFileSync(join(import.meta.dirname, '../../../analytics-api/edges/graphql/schema.graphql'), 'utf8'),
);

describe('what the page asks', () => {
  test.each([...documents, ...listDocuments].map(({ text }) => [text.split(/[ ({]/, 2).join(' '), text]))(
    '%s is in the contract',
    (_, text) => {
      expect(validate(contract, parse(text))).toEqual([]);
    },
  );
});
