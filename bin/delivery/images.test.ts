import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { promoteImages, recordImages } from './images.ts';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gm-images-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const place = () => ({ catalog, folder });
const written = (environment: string): unknown =>
  JSON.parse(readFileSync(join(folder, `images.${environment}.json`), 'utf8'));

describe('recording what CI has built', () => {
  test('adds a digest and keeps the others', () => {
    recordImages(place(), 'dev', [`analytics-api=${digest('a')}`]);
    const changed = recordImages(place(), 'dev', [`admin-dashboard=${digest('b')}`]);
    expect(changed).toEqual([{ service: 'admin-dashboard', before: undefined, after: digest('b') }]);
    expect(written('dev')).toEqual({ 'admin-dashboard': digest('b'), 'analytics-api': digest('a') });
  });

  test('changes nothing when it is repeated', () => {
    recordImages(place(), 'dev', [`analytics-api=${digest('a')}`]);
    expect(recordImages(place(), 'dev', [`analytics-api=${digest('a')}`])).toEqual([]);
  });

  test.each([
    ['analytics-app=sha256:1', 'analytics-app'],
    ['analytics-api=latest', '«analytics-api=latest»'],
  ])('refuses %s and names it', (pin, named) => {
    expect(() => recordImages(place(), 'dev', [pin])).toThrow(named);
  });
});

describe('promotion', () => {
  test('gives the next environment the very digests of the one before, and keeps what only it has', () => {
    recordImages(place(), 'dev', [`analytics-api=${digest('a')}`]);
    recordImages(place(), 'staging', [`analytics-api=${digest('0')}`, `admin-dashboard=${digest('b')}`]);
    expect(promoteImages(place(), environmentNamed(catalog, 'dev'))).toEqual({
      to: 'staging',
      changed: [{ service: 'analytics-api', before: digest('0'), after: digest('a') }],
    });
    expect(written('staging')).toEqual({ 'admin-dashboard': digest('b'), 'analytics-api': digest('a') });
  });

  test('ends at prod', () => {
    expect(() => promoteImages(place(), environmentNamed(catalog, 'prod'))).toThrow('dev → staging → prod');
  });

  test('refuses an environment that runs nothing, and names the file', () => {
    expect(() => promoteImages(place(), environmentNamed(catalog, 'dev'))).toThrow('images.dev.json does not exist');
  });

  test('refuses a file that is no list of digests', () => {
    writeFileSync(join(folder, 'images.dev.json'), '{"analytics-api":"latest"}');
    expect(() => promoteImages(place(), environmentNamed(catalog, 'dev'))).toThrow(
      'images.dev.json has /analytics-api',
    );
  });
});
