import { describe, expect, test } from '@jest/globals';
import { locateBinaries } from './binaries.ts';
import { explainPostgres } from './explain.ts';
import { parsePostmasterFile } from './postmaster.ts';
import { settingArguments } from './settings.ts';

describe('what PostgreSQL says before it gives up', () => {
  test.each([
    ['FATAL:  could not write to file "pg_wal/xlogtemp.12": No space left on device', 'DISK_FULL'],
    ['FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use', 'POSTGRES_STILL_ENDING'],
    ['FATAL:  lock file "postmaster.pid" already exists', 'POSTGRES_DATA_IN_USE'],
    ['FATAL:  data directory "/x" has wrong ownership', 'POSTGRES_DATA_OWNERSHIP'],
    ['initdb: error: could not create directory "/x": Permission denied', 'POSTGRES_DATA_UNREADABLE'],
    ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', 'PORT_TAKEN'],
    ['FATAL:  unrecognized configuration parameter "max_conections"', 'POSTGRES_SETTING_INVALID'],
    ['FATAL:  invalid value for parameter "shared_buffers": "lots"', 'POSTGRES_SETTING_INVALID'],
    ['postgres: error while loading shared libraries: libicuuc.so.60: cannot open', 'POSTGRES_INCOMPLETE'],
    ['PANIC:  could not locate a valid checkpoint record at 0/1', 'POSTGRES_DATA_DAMAGED'],
    ['FATAL:  could not map anonymous shared memory: Cannot allocate memory', 'MEMORY_SHORT'],
  ])('"%s" becomes %s with a fix', (output, code) => {
    const error = explainPostgres(`LOG:  starting PostgreSQL\n${output}\nLOG:  database system is shut down`);
    expect(error?.code).toBe(code);
    expect(error?.message).toMatch(/^[A-Z][^$]*\. [A-Z][^$]*\.$/);
  });

  test('is passed on as it is when we do not know it', () => {
    expect(explainPostgres('FATAL:  something new')).toBeUndefined();
  });
});

test('a platform without binaries is named with those that have them', () => {
  expect(() => locateBinaries('sunos', 'sparc')).toThrow('There is no PostgreSQL for sunos on sparc');
});

describe('postmaster.pid', () => {
  const text = (status: string) => `4711\n/data\n1700000000\n54321\n\n127.0.0.1\n  5432001  7\n${status}`;

  test.each([
    ['ready   ', 'ready'],
    ['standby ', 'standby'],
    ['starting', 'starting'],
    ['', 'unknown'],
  ])('with status "%s" is read as %s', (written, status) => {
    expect(parsePostmasterFile(text(written))).toEqual({ pid: 4711, port: 54321, status });
  });

  test('that is empty or torn is no file at all', () => {
    expect(parsePostmasterFile('')).toBeUndefined();
    expect(parsePostmasterFile('47x')).toBeUndefined();
  });
});

test('settings of the caller replace ours', () => {
  const joined = settingArguments({ max_connections: '40', wal_level: 'logical' }).join(' ');
  expect(joined).toContain('-c max_connections=40');
  expect(joined).not.toContain('max_connections=130');
  expect(joined).toContain('-c wal_level=logical');
});
