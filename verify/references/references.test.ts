import { describe, expect, test } from '@jest/globals';
import { IMAGES_OF_PARTS } from '#catalog/delivery.ts';
import { catalog } from '#catalog/index.ts';
import { breaks } from '#tests/support/breaks.ts';
import { Draft, outputOf } from '#tests/support/output.ts';
import { references } from '../checks/references.ts';
import { referenceRows } from './index.ts';

describe('the check of references', () => {
  test('follows each kind of reference that a break of it is known for, and no other', () => {
    const kinds = referenceRows.map(({ kind }) => kind);
    expect([...new Set(breaks.map(([kind]) => kind))].sort()).toEqual([...kinds].sort());
    expect(kinds).toEqual([...new Set(kinds)]);
  });

  test.each(['dev', 'staging', 'prod'] as const)(
    'finds nothing broken in %s as it is synthesized',
    async (environment) => {
      const { problems } = references.run(await outputOf(environment), { catalog });
      expect(problems).toEqual([]);
    },
  );

  test('says which images are not built, as a note', async () => {
    const { notes } = references.run(await outputOf('prod'), { catalog });
    expect(new Set(notes.map(({ subject }) => subject)).size).toBe(catalog.services.length + IMAGES_OF_PARTS.length);
    expect(notes[0]?.sentence).toContain('not built');
  });
});

describe('a broken reference is found:', () => {
  test.each(breaks.map(([kind, what, change, sentence]) => ({ kind, what, change, sentence })))(
    '$kind: $what',
    async ({ kind, change, sentence }) => {
      const draft = new Draft(await outputOf('prod'));
      change(draft);
      const { problems } = references.run(draft.tree, { catalog });
      const rules = problems.map(({ rule, fix }) => `${rule}. ${fix}.`).filter((rule) => rule.startsWith(`${kind}: `));
      expect(rules).toContainEqual(expect.stringContaining(sentence));
    },
  );
});
