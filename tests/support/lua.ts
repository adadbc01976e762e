import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const RUNNER = join(import.meta.dirname, 'processes', 'lua-programs.ts');

/** A value as Lua writes it: tables, so that a program meets what it would be given elsewhere. */
export function luaLiteral(value: unknown): string {
  if (Array.isArray(value)) return `{ ${value.map(luaLiteral).join(', ')} }`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, field]) => `["${key}"] = ${luaLiteral(field)}`);
  return `{ ${fields.join(', ')} }`;
}

/**
 * The field `status` of what each program returns, in order. In a process of its own: the Lua machine loads itself by an
 * import that Jest's modules do not have.
 */
export function statusesOf(programs: readonly string[]): readonly unknown[] {
  const output = execFileSync(process.execPath, [RUNNER], { input: JSON.stringify(programs), encoding: 'utf8' });
  const statuses: unknown = JSON.parse(output);
  if (!Array.isArray(statuses) || statuses.length !== programs.length)
    throw new Error(`${programs.length} programs gave ${output.slice(0, 200)}.`);
  return statuses;
}
