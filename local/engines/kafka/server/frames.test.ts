import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BufferBudget, Frames } from './frames.ts';

const framed = (body: Uint8Array): Buffer => {
  const head = Buffer.alloc(4);
  head.writeInt32BE(body.length);
  return Buffer.concat([head, body]);
};

/** Cuts bytes at the given places, whatever they are. */
const pieces = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((left, right) => left - right), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
};

const drain = (frames: Frames): Buffer[] => {
  const found: Buffer[] = [];
  for (let frame = frames.next(); frame !== undefined; frame = frames.next()) found.push(frame);
  return found;
};

describe('frames', () => {
  test('come out as they went in, however the network cut them, and give their room back', () => {
    const body = fc.uint8Array({ minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(fc.array(body), fc.array(fc.nat(5000)), (bodies, cuts) => {
        const budget = new BufferBudget(1 << 20);
        const frames = new Frames(300, budget);
        const found = pieces(Buffer.concat(bodies.map(framed)), cuts).flatMap((piece) => {
          frames.push(piece);
          return drain(frames);
        });
        expect(found.map((frame) => [...frame])).toEqual(bodies.map((one) => [...one]));
        expect([frames.size, budget.used]).toEqual([0, 0]);
      }),
    );
  });

  test.each([0, -1, 301])('of %d bytes are refused before they are received', (size) => {
    const frames = new Frames(300, new BufferBudget(1 << 20));
    const head = Buffer.alloc(4);
    head.writeInt32BE(size);
    frames.push(head);
    expect(() => frames.next()).toThrow(`a request of ${size} bytes; 1 to 300 are allowed`);
  });

  test('of a connection that ends give their room back', () => {
    const budget = new BufferBudget(1000);
    const frames = new Frames(300, budget);
    frames.push(Buffer.alloc(100, 1));
    frames.clear();
    expect(budget.used).toBe(0);
  });
});
