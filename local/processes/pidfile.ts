import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import { systemCode, unwritable } from './errors.ts';
import { isAlive } from './identity.ts';
import { terminate } from './terminate.ts';

const recordSchema = Type.Object({
  name: Type.String(),
  pid: Type.Integer({ minimum: 2 }),
  startMark: Type.String(),
  boot: Type.String(),
  /** The port that it holds, for messages. */
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  signals: Type.Array(Type.String({ pattern: '^SIG[A-Z0-9]+$' })),
  waitMillis: Type.Integer({ minimum: 0 }),
  stage: Type.Integer(),
});

/** One child in `run/NAME.json`: enough to find and end it when we were killed and could not. */
export type ProcessRecord = Static<typeof recordSchema>;

export function writeRecord(folder: string, record: ProcessRecord): void {
  writeWhole(folder, `${record.name}.json`, record);
}

export function removeRecord(folder: string, name: string): void {
  rmSync(join(folder, `${name}.json`), { force: true });
}

/** Records that can be read; a torn or foreign file in the folder is no record. */
export function readRecords(folder: string): ProcessRecord[] {
  return jsonFiles(folder).flatMap((file) => {
    const value = readJson(join(folder, file));
    return Check(recordSchema, value) ? [value] : [];
  });
}

/**
 * Ends the children of a supervisor that was killed, highest stage first, and removes their records.
 * Resolves with those that were still running.
 */
export async function endOrphans(folder: string): Promise<ProcessRecord[]> {
  const records = readRecords(folder);
  const orphans = records.filter(isAlive).sort((a, b) => b.stage - a.stage);
  for (const stage of new Set(orphans.map((record) => record.stage))) {
    await Promise.all(orphans.filter((record) => record.stage === stage).map(endRecorded));
  }
  for (const { name } of records) removeRecord(folder, name);
  return orphans;
}

async function endRecorded(record: ProcessRecord): Promise<void> {
  // The schema allows signal names only.
  await terminate(record, { signals: record.signals as NodeJS.Signals[], waitMillis: record.waitMillis });
}

function jsonFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.json'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whole or not at all, also when we are killed in the middle. */
export function writeWhole(folder: string, file: string, value: unknown): void {
  try {
    mkdirSync(folder, { recursive: true });
    const temporary = join(folder, `.${file}.${process.pid}`);
    writeFileSync(temporary, JSON.stringify(value), { mode: 0o600 });
    renameSync(temporary, join(folder, file));
  } catch (error) {
    throw unwritable(folder, error);
  }
}
