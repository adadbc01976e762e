import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Finished } from './command-line.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** What a program answers to words that match; the first that matches counts, and `once` is forgotten afterwards. */
export interface Reply {
  /** A pattern of the shell: `*describe-cluster*`. */
  readonly words: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
  /** Only for the first so many calls. */
  readonly times?: number;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function branch({ words, stdout = '', stderr = '', code = 0, times }: Reply, index: number, folder: string): string {
  const counter = quoted(join(folder, `count-${index}`));
  const answer = `printf %s ${quoted(stdout)}; printf %s ${quoted(stderr)} >&2; exit ${code}`;
  const pattern = `case "$*" in ${words.replaceAll(' ', '\\ ')}) `;
  return times === undefined
    ? `${pattern}${answer};; esac`
    : `${pattern}n=$(cat ${counter} 2>/dev/null || echo 0); if [ "$n" -lt ${times} ]; then echo $((n+1)) > ${counter}; ${answer}; fi;; esac`;
}

/** Programs of a test's own on a PATH of its own, which note what they are asked. */
export class FakePrograms {
  readonly #folder = mkdtempSync(join(tmpdir(), 'gm-programs-'));
  readonly #log = join(this.#folder, 'log');

  constructor() {
    mkdirSync(join(this.#folder, 'bin'));
    // The one program that they need themselves; a real aws or kubectl must not be found.
    symlinkSync('/bin/cat', join(this.#folder, 'bin', 'cat'));
  }

  add(name: string, replies: readonly Reply[]): void {
    const file = join(this.#folder, 'bin', name);
    const lines = replies.map((reply, index) => branch(reply, index, this.#folder));
    writeFileSync(file, ['#!/bin/sh', `echo ${name} "$*" >> ${quoted(this.#log)}`, ...lines, 'exit 0', ''].join('\n'));
    chmodSync(file, 0o755);
  }

  /** Every call, in order, as it was typed. */
  get calls(): readonly string[] {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').trimEnd().split('\n') : [];
  }

  /** Runs `gm WORDS…` with these programs and no others. */
  async gm(words: readonly string[]): Promise<Finished> {
    const env = { PATH: join(this.#folder, 'bin'), HOME: this.#folder };
    const child = spawn(process.execPath, ['bin/cli.ts', ...words], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
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

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
