import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { catalog, serviceNamed } from '#catalog/index.ts';
import { withFolder } from '#tests/support/charts.ts';
import { imageOf, parseImages, readImages } from './images.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const service = serviceNamed(catalog, 'analytics-api');

describe('images of services', () => {
  test('are named by digest in the shared registry', () => {
    expect(imageOf(service, { 'analytics-api': digest })).toBe(
      `999999999999.dkr.ecr.us-east-1.amazonaws.com/gamemetrics/analytics-api@${digest}`,
    );
  });

  test('that CI has not built have a digest of zeros', () => {
    expect(imageOf(service, {})).toMatch(/@sha256:0{64}$/);
  });

  test('come from images.<environment>.json, and a missing file means that nothing is built', () =>
    withFolder((folder) => {
      writeFileSync(join(folder, 'images.staging.json'), JSON.stringify({ 'analytics-api': digest }));
      expect(readImages(catalog, folder)).toEqual({ staging: { 'analytics-api': digest } });
    }));

  test.each([
    ['{', 'images.dev.json is not JSON. Let CI write it again, or remove it to use placeholders.'],
    ['[]', 'images.dev.json has a root that is no digest: it must be object.'],
    ['{"analytics-api":"latest"}', 'images.dev.json has /analytics-api that is no digest: it must match pattern'],
    [`{"analytics-app":"${digest}"}`, 'images.dev.json names «analytics-app», which the catalog does not have.'],
  ])('%s is refused in one sentence', (text, sentence) => {
    expect(() => parseImages(catalog, text, 'images.dev.json')).toThrow(sentence);
  });
});
