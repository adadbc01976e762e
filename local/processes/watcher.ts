import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { inheritedEnvironment } from './environment.ts';
import type { ProcessIdentity } from './identity.ts';
import type { StopPlan } from './terminate.ts';

/**
 * A shell beside us, in a session of its own, that ends our children when we are gone: also those that cannot watch for
 * themselves, PostgreSQL and Redis. Killed too, or never started: the next start ends the orphans by their pid files.
 */
export class Watcher {
  readonly #shell: ChildProcess;

  constructor() {
    this.#shell = spawn('/bin/sh', [resolve(import.meta.dirname, 'watcher.sh')], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
      env: inheritedEnvironment(),
    });
    // Without a shell, or without its ear, the pid files remain; that is no reason to stop.
    this.#shell.on('error', () => undefined);
    this.#shell.stdin?.on('error', () => undefined);
    this.#shell.unref();
    const stdin = this.#shell.stdin;
    if (stdin && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  }

  get pid(): number | undefined {
    return this.#shell.pid;
  }

  /** A child that watches its parent itself is only waited for before it is killed. */
  add(identity: ProcessIdentity, plan: StopPlan, watchesParent: boolean): void {
    const signals = watchesParent ? '0' : plan.signals.map((signal) => signal.slice('SIG'.length)).join(',');
    const seconds = Math.ceil(plan.waitMillis / 1_000);
    this.#say(`add ${identity.pid} ${identity.startMark} ${signals || '0'} ${seconds}`);
  }

  forget(pid: number): void {
    this.#say(`forget ${pid}`);
  }

  /** Without children it ends at once. */
  close(): void {
    this.#shell.stdin?.end();
  }

  #say(line: string): void {
    if (this.#shell.stdin?.writable) this.#shell.stdin.write(`${line}\n`);
  }
}
