import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import { LocalError, supervisorPid, systemCode } from '../processes/index.ts';

/** Where the local platform keeps everything unless `--data` says otherwise; Git ignores it. */
export const DEFAULT_DATA_FOLDER = '.gamemetrics';

/** Marks a folder as ours, so that `--reset` never deletes a folder of somebody else. */
const MARKER = 'gamemetrics-data';
const STATE = 'platform.json';

/** What other commands need to know of a running platform. */
export const PlatformState = Type.Object({
  pid: Type.Integer(),
  startedAt: Type.String(),
  kafkaPort: Type.Integer(),
  postgresPort: Type.Integer(),
  redisPort: Type.Integer(),
  movedPorts: Type.Record(Type.String(), Type.Integer()),
});
export type PlatformState = Static<typeof PlatformState>;

/** Makes the data folder, or empties it first when it is ours. Throws a LocalError. */
export function openWorkspace(folder: string, reset: boolean): string {
  const dataFolder = resolve(folder);
  const exists = existsSync(dataFolder);
  const ours = existsSync(join(dataFolder, MARKER));
  const pid = supervisorPid(dataFolder);
  if (pid !== undefined)
    throw new LocalError('ALREADY_RUNNING', {
      detail: `The data folder ${dataFolder} is in use by process ${pid}.`,
      fix: 'Run `npm run gm -- down` first, or start a second platform with --data OTHER-FOLDER.',
    });
  if (reset && exists && !ours)
    throw new LocalError('NOT_OUR_FOLDER', {
      detail: `${dataFolder} was not made by GameMetrics, so --reset does not delete it.`,
      fix: 'Delete it yourself, or name another folder with --data.',
    });
  if (reset) rmSync(dataFolder, { recursive: true, force: true });
  makeFolder(dataFolder);
  return dataFolder;
}

function makeFolder(dataFolder: string): void {
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o755 });
    writeFileSync(
      join(dataFolder, MARKER),
      'Data of a local GameMetrics platform. `npm start -- --reset` deletes it.\n',
    );
  } catch (error) {
    throw new LocalError('FOLDER_UNWRITABLE', {
      detail: `The data folder ${dataFolder} cannot be written (${systemCode(error) ?? 'unknown error'}).`,
      fix: 'Free some space, make it writable for this user, or name another folder with --data.',
      cause: error,
    });
  }
}

export function writeState(dataFolder: string, state: PlatformState): void {
  writeFileSync(join(dataFolder, STATE), `${JSON.stringify(state, null, 2)}\n`);
}

/** The platform that runs in a data folder. Throws a LocalError `NOT_RUNNING`. */
export function readState(folder: string): PlatformState & { readonly dataFolder: string } {
  const dataFolder = resolve(folder);
  const pid = supervisorPid(dataFolder);
  const state = pid === undefined ? undefined : parse(join(dataFolder, STATE));
  if (state && state.pid === pid) return { ...state, dataFolder };
  throw new LocalError('NOT_RUNNING', {
    detail: `No platform runs in ${dataFolder}.`,
    fix: 'Start one with `npm start`, or name its folder with --data.',
  });
}

function parse(file: string): PlatformState | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Check(PlatformState, value) ? value : undefined;
  } catch {
    return undefined;
  }
}
