import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MalformedRequest, Reader } from './reader.ts';
import {
  array,
  bool,
  bytes,
  type Edition,
  int8,
  int16,
  int32,
  int64,
  nullableArray,
  nullableString,
  optional,
  since,
  string,
  tagged,
  until,
  uuid,
} from './schema.ts';
import { struct } from './struct.ts';
import { Writer } from './writer.ts';

const plain: Edition = { version: 1, isFlexible: false };
const flexible: Edition = { version: 9, isFlexible: true };

const everything = struct({
  small: int8,
  short: int16,
  int: int32,
  long: int64,
  flag: bool,
  id: uuid,
  text: string,
  maybeText: nullableString,
  bytes,
  list: array(struct({ name: string, numbers: array(int32) })),
  maybeList: nullableArray(string),
});

const values = fc.record({
  small: fc.integer({ min: -128, max: 127 }),
  short: fc.integer({ min: -32_768, max: 32_767 }),
  int: fc.integer(),
  long: fc.maxSafeInteger(),
  flag: fc.boolean(),
  id: fc.stringMatching(/^[0-9a-f]{32}$/),
  text: fc.string(),
  maybeText: fc.option(fc.string()),
  bytes: fc.uint8Array().map((value) => Buffer.from(value)),
  list: fc.array(fc.record({ name: fc.string(), numbers: fc.array(fc.integer()) })),
  maybeList: fc.option(fc.array(fc.string())),
});

const bytesOf = (write: (writer: Writer) => void): Buffer => {
  const writer = new Writer();
  write(writer);
  return Buffer.concat(writer.finish()).subarray(4);
};

describe('a message', () => {
  test.each([
    ['plain', plain],
    ['flexible', flexible],
  ])('comes back as it was written in a %s version', (_, edition) => {
    const codec = everything.at(edition);
    fc.assert(
      fc.property(values, (value) => {
        const reader = new Reader(bytesOf((writer) => codec.write(writer, value)));
        expect(codec.read(reader)).toEqual({ ...value });
        expect(reader.remaining).toBe(0);
      }),
    );
  });

  test('never makes a reader fail in another way than by refusing it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(plain, flexible), (input, edition) => {
        try {
          everything.at(edition).read(new Reader(Buffer.from(input)));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedRequest);
        }
      }),
    );
  });

  test('has in each version the fields of that version, and the defaults of the others', () => {
    const message = struct({ old: until(1, int8), current: int8, new: optional(since(2, int8), 7) });
    const first = { version: 1, isFlexible: false };
    const second = { version: 2, isFlexible: false };
    expect(bytesOf((w) => message.at(first).write(w, { old: 1, current: 2 }))).toEqual(Buffer.from([1, 2]));
    expect(bytesOf((w) => message.at(second).write(w, { old: 1, current: 2 }))).toEqual(Buffer.from([2, 7]));
    expect(message.at(first).read(new Reader(Buffer.from([1, 2])))).toEqual({ old: 1, current: 2, new: 7 });
  });

  test('is read with tags that nobody knows, and with those that somebody does', () => {
    const message = struct({ number: int8, name: tagged(1, string) });
    const tags = Buffer.from([2, 0, 3, 0xaa, 0xbb, 0xcc, 1, 3, 3, 0x68, 0x69]);
    const read = message.at(flexible).read(new Reader(Buffer.concat([Buffer.from([5]), tags])));
    expect(read).toEqual({ number: 5, name: 'hi' });
  });

  test('goes on after a tag where its size says, whatever was read of it', () => {
    const message = array(struct({ name: tagged(0, string) }));
    const entry = Buffer.from([1, 0, 5, 3, 0x68, 0x69, 0xaa, 0xbb]);
    const read = message.at(flexible).read(new Reader(Buffer.concat([Buffer.from([3]), entry, entry])));
    expect(read).toEqual([{ name: 'hi' }, { name: 'hi' }]);
  });

  test('does not believe an array that claims more entries than there are bytes', () => {
    const claim = Buffer.from([0x7f, 0xff, 0xff, 0xff]);
    expect(() => array(int8).at(plain).read(new Reader(claim))).toThrow(MalformedRequest);
  });
});
