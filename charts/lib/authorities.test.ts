import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { catalog } from '#catalog/index.ts';
import { rdsRoots } from './authorities.ts';

const subjects = (pem: string): readonly string[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []).map(
    (certificate) => /CN=(.+)/.exec(new X509Certificate(certificate).subject)?.[1]?.split('\n')[0] ?? '',
  );

describe('the certificate authorities of RDS', () => {
  test.each(catalog.environments)('of $name are the current roots of its regions, one an algorithm', (environment) => {
    const { region, recovery } = { recovery: undefined, ...environment };
    const regions = recovery ? [region, recovery.region] : [region];
    const expected = regions.flatMap((one) =>
      ['ECC384', 'RSA2048', 'RSA4096'].map((algorithm) => `Amazon RDS ${one} Root CA ${algorithm} G1`),
    );
    expect([...subjects(rdsRoots(environment))].sort()).toEqual(expected.sort());
  });
});
