import { describe, expect, test } from '@jest/globals';
import { catalog, environmentNamed } from './index.ts';
import { SUBNET_TIERS, subnetCidrs } from './network.ts';

const range = (cidr: string): readonly [number, number] => {
  const [address = '', mask = ''] = cidr.split('/');
  const start = address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);
  return [start, start + 2 ** (32 - Number(mask)) - 1];
};

describe('the address plan', () => {
  test('gives every tier one block a zone', () => {
    expect(subnetCidrs(environmentNamed(catalog, 'prod'), 'public')).toEqual([
      '10.30.0.0/24',
      '10.30.1.0/24',
      '10.30.2.0/24',
    ]);
    expect(subnetCidrs(environmentNamed(catalog, 'prod'), 'private')).toEqual([
      '10.30.32.0/19',
      '10.30.64.0/19',
      '10.30.96.0/19',
    ]);
    expect(subnetCidrs(environmentNamed(catalog, 'prod'), 'isolated')).toEqual([
      '10.30.128.0/24',
      '10.30.129.0/24',
      '10.30.130.0/24',
    ]);
  });

  test.each(catalog.environments)('lies inside the VPC of $name and no two blocks overlap', (environment) => {
    const [first, last] = range(environment.network.cidr);
    const blocks = SUBNET_TIERS.flatMap(({ name }) => subnetCidrs(environment, name).map(range)).sort(
      ([a], [b]) => a - b,
    );
    blocks.forEach(([start, end], index) => {
      expect(start).toBeGreaterThan(index === 0 ? first - 1 : (blocks[index - 1]?.[1] ?? last));
      expect(end).toBeLessThanOrEqual(last);
    });
  });
});
