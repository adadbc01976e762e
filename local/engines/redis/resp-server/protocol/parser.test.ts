import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ProtocolError } from '../errors.ts';
import { defaultLimits, RequestParser } from './parser.ts';

const anyBytes = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const requests = fc.array(fc.array(anyBytes, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 });

function encode(request: readonly string[]): string {
  return `*${request.length}\r\n${request.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

function parse(chunks: readonly Buffer[], limits = defaultLimits): string[][] {
  const parser = new RequestParser(limits);
  const found: string[][] = [];
  for (const chunk of chunks) {
    parser.push(chunk);
    for (let request = parser.next(); request; request = parser.next()) found.push(request);
  }
  return found;
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

describe('requests', () => {
  test('are read the same wherever the stream is cut', () => {
    fc.assert(
      fc.property(requests, fc.array(fc.nat(2_000), { maxLength: 12 }), (sent, places) => {
        const bytes = Buffer.from(sent.map(encode).join(''), 'latin1');
        expect(parse(cut(bytes, places))).toEqual(sent);
      }),
    );
  });

  test('are read byte by byte as well', () => {
    const bytes = Buffer.from(`${encode(['SET', 'k', 'a\r\nb'])}PING\r\n${encode(['GET', ''])}`, 'latin1');
    expect(parse([...bytes].map((byte) => Buffer.from([byte])))).toEqual([
      ['SET', 'k', 'a\r\nb'],
      ['PING'],
      ['GET', ''],
    ]);
  });

  test('may be words on a line; empty ones are passed over', () => {
    expect(parse([Buffer.from('\r\n*0\r\n  SET  k v \r\nPING\n*-1\r\n')])).toEqual([['SET', 'k', 'v'], ['PING']]);
  });
});

describe('nonsense ends the connection:', () => {
  const small = { maximumArguments: 3, maximumBulkBytes: 10, maximumRequestBytes: 15, maximumInlineBytes: 20 };

  test.each([
    ['a count that is none', '*x\r\n'],
    ['a count that is never-ending', '*99999999999999999999\r\n'],
    ['too many words', '*4\r\n'],
    ['a word without its length', '*1\r\nGET\r\n'],
    ['a length that is none', '*1\r\n$x\r\n'],
    ['a negative length', '*1\r\n$-1\r\n'],
    ['a word that is too long', '*1\r\n$11\r\n'],
    ['words that are too long together', '*3\r\n$8\r\n12345678\r\n$8\r\n'],
    ['a line that never ends', 'x'.repeat(21)],
    ['a line that is too long', `${'x'.repeat(21)}\r\n`],
    ['a browser that posts', 'POST / HTTP/1.1\r\n'],
    ['a header of one', 'Host: localhost\r\n'],
  ])('%s', (_, text) => {
    expect(() => parse([Buffer.from(text)], small)).toThrow(ProtocolError);
  });

  test('an incomplete header is no nonsense yet', () => {
    expect(parse(['*', '1', '\r', '\n$', '2\r', '\nhi', '\r\n'].map((text) => Buffer.from(text)))).toEqual([['hi']]);
  });
});
