import { describe, expect, test } from '@jest/globals';
import { assert, constantFrom, property, record, string, uniqueArray } from 'fast-check';
import { filesBelow, withFolder } from '#tests/support/charts.ts';
import { writeTree } from './tree.ts';

const entry = record({
  component: constantFrom('kafka', 'analytics-api', 'delivery'),
  name: constantFrom('Kafka', 'Service', 'Service.gamemetrics', 'Role.kafka.reader'),
  text: string(),
});

const entries = uniqueArray(entry, { selector: ({ component, name }) => `${component}/${name}`, maxLength: 12 });

type Entries = readonly { readonly component: string; readonly name: string; readonly text: string }[];
const filesOf = (list: Entries) =>
  new Map(list.map(({ component, name, text }) => [`${component}/${name}.yaml`, text]));

describe('writing a tree', () => {
  test('leaves exactly the manifests of the last run, whatever stood there before', () => {
    assert(
      property(entries, entries, (before, after) =>
        withFolder((folder) => {
          writeTree(folder, filesOf(before));
          writeTree(folder, filesOf(after));
          expect(filesBelow(folder)).toEqual(Object.fromEntries(filesOf(after)));
        }),
      ),
      { numRuns: 50 },
    );
  });
});
