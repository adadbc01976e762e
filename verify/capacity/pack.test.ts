import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allocatableOf, capacityOf, leastOf } from './instances.ts';
import { type Pod, pack } from './pack.ts';

const NODE = { cpuMillis: 1_000, memoryMiB: 1_000, pods: 10 } as const;
const pod = (cpuMillis: number, memoryMiB: number, rest: Partial<Pod> = {}): Pod => ({
  origin: 'a',
  keepsApart: false,
  cpuMillis,
  memoryMiB,
  ...rest,
});
const times = (count: number, one: Pod): readonly Pod[] => Array.from({ length: count }, () => one);

describe('packing', () => {
  test.each([
    ['by processors', times(4, pod(500, 1)), 2],
    ['by memory', times(4, pod(1, 500)), 2],
    ['by the number of pods', times(21, pod(1, 1)), 3],
    ['large ones first, small ones into the gaps', [...times(2, pod(300, 300)), ...times(2, pod(700, 700))], 2],
    ['nothing', [], 0],
  ] as const)('fills nodes %s', (_, pods, nodes) => {
    expect(pack(pods, NODE, [0, 1, 2])).toEqual({ nodes, unfit: [] });
  });

  test('keeps pods apart that must not share a node, and lets others between them', () => {
    const apart = times(3, pod(10, 10, { keepsApart: true }));
    expect(pack([...apart, pod(10, 10, { origin: 'b' })], NODE, [0])).toEqual({ nodes: 3, unfit: [] });
  });

  test('keeps a pod in the zone of its volume', () => {
    expect(pack([pod(10, 10, { zone: 0 }), pod(10, 10, { zone: 1 })], NODE, [0, 1]).nodes).toBe(2);
    expect(pack([pod(10, 10, { zone: 2 })], NODE, [0, 1]).unfit).toHaveLength(1);
  });

  test('names what no empty node holds', () => {
    for (const large of [pod(1_001, 1), pod(1, 1_001)])
      expect(pack([large], NODE, [0])).toEqual({ nodes: 0, unfit: [large] });
    expect(pack([pod(1, 1)], { ...NODE, pods: 0 }, [0]).unfit).toHaveLength(1);
  });

  test('never overfills a node, loses no pod, and takes no more nodes than there are pods', () => {
    const pods = fc.array(
      fc.record({
        origin: fc.constantFrom('a', 'b', 'c'),
        keepsApart: fc.boolean(),
        cpuMillis: fc.integer({ min: 1, max: 1_200 }),
        memoryMiB: fc.integer({ min: 1, max: 1_200 }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(pods, (list) => {
        const { nodes, unfit } = pack(list, NODE, [0, 1, 2]);
        const placed = list.filter((one) => !unfit.includes(one));
        expect(unfit.every((one) => one.cpuMillis > 1_000 || one.memoryMiB > 1_000)).toBe(true);
        const least = Math.max(
          Math.ceil(placed.reduce((sum, one) => sum + one.cpuMillis, 0) / NODE.cpuMillis),
          Math.ceil(placed.reduce((sum, one) => sum + one.memoryMiB, 0) / NODE.memoryMiB),
          Math.ceil(placed.length / NODE.pods),
        );
        expect(nodes).toBeGreaterThanOrEqual(least);
        expect(nodes).toBeLessThanOrEqual(placed.length);
      }),
      { seed: 1 },
    );
  });
});

describe('an instance', () => {
  test.each([
    ['t4g.medium', 2_000, 4_096],
    ['t4g.large', 2_000, 8_192],
    ['m7g.medium', 1_000, 4_096],
    ['m7g.large', 2_000, 8_192],
    ['c7g.xlarge', 4_000, 8_192],
    ['r7g.large', 2_000, 16_384],
  ])('%s has %d millicores and %d MiB', (type, cpuMillis, memoryMiB) => {
    expect(capacityOf(type)).toEqual({ cpuMillis, memoryMiB });
  });

  test('gives pods less than it has', () => {
    expect(allocatableOf('t4g.large')?.memoryMiB).toBeLessThan(8_192 - 805);
    expect(allocatableOf('z9.huge')).toBeUndefined();
  });

  test('counts as the least of its group, since EKS may take any type', () => {
    expect(leastOf(['m7g.xlarge', 'm7g.large'])).toEqual(allocatableOf('m7g.large'));
    expect(leastOf(['m7g.large', 'z9.huge'])).toBeUndefined();
    expect(leastOf([])).toBeUndefined();
  });
});
