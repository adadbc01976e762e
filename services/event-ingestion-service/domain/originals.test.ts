import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { originalsOf } from './originals.ts';

const spaces = fc.constantFrom(undefined, 1, '\t');

describe('the originals of a body', () => {
  test('of a list are its members, in order, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 20 }), spaces, (list, space) => {
        const originals = originalsOf(JSON.stringify(list, undefined, space));
        expect(originals.map((text) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(list)));
      }),
    );
  });

  test('under a property are the members of that list, wherever the property stands', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.array(fc.jsonValue()),
        spaces,
        (others, events, space) => {
          const json = JSON.stringify({ ...others, events, z: 1 }, undefined, space);
          expect(originalsOf(json, 'events').map((text) => JSON.parse(text))).toEqual(
            JSON.parse(JSON.stringify(events)),
          );
        },
      ),
    );
  });

  test('are the very text that was sent', () => {
    expect(originalsOf(' [ {"a" : 1.0e2, "b":"\\u00e9,]"} , [ ] ] ')).toEqual([
      '{"a" : 1.0e2, "b":"\\u00e9,]"}',
      '[ ]',
    ]);
  });

  test('come from the last list of a name, as JSON.parse takes it', () => {
    expect(originalsOf('{"events":[1],"ev\\u0065nts":[2]}', 'events')).toEqual(['2']);
  });

  test('of a single event are the body', () => {
    expect(originalsOf('{"event_id":"x"}')).toEqual(['{"event_id":"x"}']);
  });

  test('of deep nesting are found without recursion', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(originalsOf(`[${deep},1]`)).toEqual([deep, '1']);
  });
});
