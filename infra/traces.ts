import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VALIDATION_REPORT_FILE } from 'aws-cdk-lib/cx-api';

/** Where CDK writes stack traces: metadata of this type, and these fields. */
const CREATION = 'aws:cdk:creationStack';
const FIELDS: ReadonlySet<string> = new Set(['trace', 'stackTraces', 'acknowledgedStackTrace']);

const isCreation = (entry: unknown): boolean =>
  typeof entry === 'object' && entry !== null && Reflect.get(entry, 'type') === CREATION;

/** A reviver for JSON.parse that leaves traces out. */
function withoutTraces(key: string, value: unknown): unknown {
  if (FIELDS.has(key)) return undefined;
  return Array.isArray(value) ? value.filter((entry) => !isCreation(entry)) : value;
}

/**
 * Takes stack traces out of a synthesized assembly. CDK cannot be told to leave all of them out, and they would make the
 * output of two clones, or of two callers, differ by the paths of their machines.
 */
export function removeTraces(folder: string): void {
  const traced = readdirSync(folder).filter(
    (file) => file.endsWith('.metadata.json') || file === VALIDATION_REPORT_FILE,
  );
  for (const path of traced.map((file) => join(folder, file)))
    writeFileSync(path, `${JSON.stringify(JSON.parse(readFileSync(path, 'utf8'), withoutTraces), undefined, 2)}\n`);
}
