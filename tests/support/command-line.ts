import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `gm WORDS…` as a person would and waits for its end. */
export async function gm(words: readonly string[]): Promise<Finished> {
  const child = spawn(process.execPath, ['bin/cli.ts', ...words], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    texts.stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    texts.stderr += String(chunk);
  });
  const [code] = await once(child, 'close');
  return { code, ...texts };
}
