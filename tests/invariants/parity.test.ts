import { dirname, join } from 'node:path/posix';
import { describe, expect, test } from '@jest/globals';
import { catalog } from '#catalog/index.ts';
import { layers } from '#tests/support/layers.ts';
import { commandsIn, linksIn } from '#tests/support/markdown.ts';
import { filesOf, isObject, jsonOf, textOf } from '#tests/support/sources.ts';

const README_LINES = 25;

const every = filesOf(/./);
const exists = (file: string): boolean => every.includes(file) || every.some((other) => other.startsWith(`${file}/`));
const foldersIn = (folder: string): readonly string[] => [
  ...new Set(filesOf(new RegExp(`^${folder}/[^/]+/`)).map((file) => file.split('/')[1] ?? '')),
];

describe('services and folders', () => {
  test('a built service has its folder, a planned one has none, and no folder is without a service', () => {
    const built = catalog.services.filter(({ status }) => status === 'built').map(({ name }) => name);
    expect([...foldersIn('services')].sort()).toEqual([...built].sort());
  });

  const PARTS = ['README.md', 'index.ts', 'environment.ts', 'metrics.ts', 'domain', 'edges'] as const;
  test.each(catalog.services.filter(({ status }) => status === 'built').map(({ name }) => [name]))(
    '%s has the shape of its siblings',
    (name) => {
      expect(PARTS.filter((part) => !exists(`services/${name}/${part}`))).toEqual([]);
    },
  );

  test('a service that owns a relational store migrates it', () => {
    const owners = catalog.services.filter(
      ({ name, status }) =>
        status === 'built' &&
        catalog.stores.some(({ owner, engine }) => owner === name && /postgresql|timescaledb/.test(engine)),
    );
    expect(
      owners.filter(({ name }) => filesOf(new RegExp(`^services/${name}/migrations/\\d{4}-.*\\.sql$`)).length === 0),
    ).toEqual([]);
  });
});

describe('decisions', () => {
  const files = filesOf(/^adr\/\d{4}-.*\.md$/);

  test('each has its row in the index, under its own title, and each row its file', () => {
    const rows = [
      ...textOf('adr/README.md').matchAll(/^\| \[(?<number>\d{4})\]\((?<file>[^)]+)\) \| (?<title>.+?) \| \w+/gm),
    ];
    const listed = rows.map(({ groups }) => `adr/${groups?.file}: ${groups?.number} ${groups?.title}`);
    const there = files.map((file) => `${file}: ${/^# (?<title>.+)$/m.exec(textOf(file))?.groups?.title}`);
    expect(listed).toEqual(there);
  });

  test.each(files.map((file) => [file]))('%s says what confirms it', (file) => {
    expect(textOf(file)).toMatch(/^## Confirmation\n+\S/m);
  });
});

describe('what the pages say', () => {
  const pages = filesOf(/\.md$/);
  const scripts = Object.keys(
    isObject(jsonOf('package.json').scripts) ? (jsonOf('package.json').scripts as object) : {},
  );
  const commands = filesOf(/^bin\/commands\/[\w-]+\.ts$/)
    .filter((file) => !/(?:index|options|\.test)\.ts$/.test(file))
    .map((file) => ({ file, name: /\bname: '(?<name>[\w-]+)',\n\s+summary:/.exec(textOf(file))?.groups?.name }));

  test('each command is a file of its name in bin/commands', () => {
    const unlike = commands.filter(({ file, name }) => name !== undefined && file !== `bin/commands/${name}.ts`);
    expect(unlike).toEqual([]);
  });

  test('every script and command that a page tells to run exists', () => {
    const known = commands.flatMap(({ name }) => name ?? []);
    const missing = pages.flatMap((page) => {
      const told = commandsIn(textOf(page));
      return [
        ...told.scripts.filter((script) => !scripts.includes(script)).map((script) => `${page}: npm run ${script}`),
        ...told.commands.filter((command) => !known.includes(command)).map((command) => `${page}: gm ${command}`),
      ];
    });
    expect(missing).toEqual([]);
  });

  test('every file that a page links to exists', () => {
    const broken = pages.flatMap((page) =>
      linksIn(textOf(page))
        .map((link) => join(dirname(page), link).replace(/\/$/, ''))
        .filter((target) => !exists(target))
        .map((target) => `${page} → ${target}`),
    );
    expect(broken).toEqual([]);
  });
});

describe('readmes', () => {
  const folders = Object.keys(layers).filter((layer) => exists(layer));

  test('each folder of the architecture says what lives there', () => {
    expect(folders.filter((folder) => !exists(`${folder}/README.md`))).toEqual([]);
  });

  test(`no folder's readme is longer than ${README_LINES} lines`, () => {
    const long = filesOf(/\/README\.md$/)
      .filter((file) => !file.startsWith('adr/'))
      .map((file) => ({ file, lines: textOf(file).trimEnd().split('\n').length }));
    expect(long.filter(({ lines }) => lines > README_LINES)).toEqual([]);
  });

  test('there is no folder of documents beside the code', () => {
    expect(foldersIn('docs')).toEqual([]);
  });
});
