import { describe, expect, test } from '@jest/globals';
import { isAllowed, productionPackages } from '#tests/support/licences.ts';
import { filesOf, isObject, jsonOf, sourceFiles, textOf } from '#tests/support/sources.ts';
import { anyTypes, parse } from '#tests/support/syntax.ts';

const SELF = 'tests/invariants/hygiene.test.ts';
const written = filesOf(/\.(?:tsx?|cjs|mjs|json|ya?ml|md|sh|sql|graphql|css|html)$|\/run$/).filter(
  (file) => file !== 'package-lock.json' && file !== SELF,
);

/** Lines of all files that match, as `file:line text`. */
const linesWith = (pattern: RegExp, files: readonly string[] = written): readonly string[] =>
  files.flatMap((file) =>
    textOf(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
  );

describe('types', () => {
  test('nothing is any', () => {
    const found = sourceFiles.flatMap((file) => anyTypes(parse(file, textOf(file))).map((line) => `${file}:${line}`));
    expect(found).toEqual([]);
  });

  test('nothing silences the compiler', () => {
    expect(linesWith(/@ts-(?:ignore|nocheck|expect-error)/)).toEqual([]);
  });

  test('a rule of the linter is silenced only with a reason', () => {
    expect(linesWith(/biome-ignore(?! [\w/]+: \S)/)).toEqual([]);
  });
});

describe('text', () => {
  test('nothing is left for later', () => {
    expect(linesWith(/\b(?:TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
  });

  test('no test is switched off or alone', () => {
    expect(linesWith(/\b(?:describe|test|it)\.(?:only|todo)\(|\b(?:xit|xdescribe|fit|fdescribe)\(/)).toEqual([]);
  });

  test('no path of one machine is written down', () => {
    expect(linesWith(/(?<![\w.])\/(?:work|home\/\w+|Users\/\w+|root)\//)).toEqual([]);
  });

  test('nothing tells who or what wrote it', () => {
    expect(linesWith(/\bissue \d|\b(?:claude|anthropic|chatgpt|openai)\b/i)).toEqual([]);
  });
});

describe('dependencies', () => {
  const manifest = jsonOf('package.json');
  const lockfile = jsonOf('package-lock.json');

  test('every version is exact', () => {
    const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
    const versions = kinds.flatMap((kind) => Object.entries(isObject(manifest[kind]) ? manifest[kind] : {}));
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(String(version)))).toEqual([]);
  });

  test('the lockfile names no address, so that it installs from any registry', () => {
    expect(linesWith(/"resolved"/, ['package-lock.json'])).toEqual([]);
  });

  test('what is installed for production has a permissive licence', () => {
    const installed = productionPackages(lockfile);
    expect(installed.length).toBeGreaterThan(100);
    expect(
      installed.filter(({ licence }) => !isAllowed(licence)).map(({ path, licence }) => `${path}: ${licence}`),
    ).toEqual([]);
  });

  test.each([
    ['AGPL-3.0-only', false],
    ['SSPL-1.0', false],
    ['BUSL-1.1', false],
    ['UNLICENSED', false],
    ['none', false],
    ['MIT AND GPL-3.0', false],
    ['(MIT OR GPL-3.0)', true],
    ['MIT', true],
  ])('the licence %s is allowed: %s', (licence, allowed) => {
    expect(isAllowed(licence)).toBe(allowed);
  });
});
