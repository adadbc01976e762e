import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { restartDelayMillis } from './back-off.ts';
import { inheritedEnvironment } from './environment.ts';
import { LocalError, systemCode } from './errors.ts';
import { identify } from './identity.ts';
import { closeLog, logSize, openLog, readLog } from './log-file.ts';
import { removeRecord, writeRecord } from './pidfile.ts';
import { becomesReady } from './readiness.ts';
import { defaultStop, type ProcessExit, type ProcessSpec, type ProcessState } from './spec.ts';
import { terminate } from './terminate.ts';
import type { Watcher } from './watcher.ts';

/** Where a process leaves its traces, so that it can be found when we are gone. */
export interface Surroundings {
  readonly runFolder: string;
  readonly watcher: Watcher;
}

/** A child that is kept running until it is stopped. Made by `Supervisor.start`. */
export class ManagedProcess {
  readonly spec: ProcessSpec;
  readonly #surroundings: Surroundings;
  #child: ChildProcess | undefined;
  #state: ProcessState = 'starting';
  #restarts = 0;
  #restartsInARow = 0;
  #startedAtMillis = 0;
  #fromByte = 0;
  #nextStart: NodeJS.Timeout | undefined;
  #wasReady = false;
  #stopRequested = false;

  constructor(spec: ProcessSpec, surroundings: Surroundings) {
    this.spec = spec;
    this.#surroundings = surroundings;
  }

  get name(): string {
    return this.spec.name;
  }

  get state(): ProcessState {
    return this.#state;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How often it ended by itself and was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** What this run has written so far, at most the last few kilobytes. */
  output(): Promise<string> {
    return readLog(this.spec.logFile, this.#fromByte);
  }

  /** Starts it and resolves when it is ready. Throws a LocalError when it ends first or is not ready in time. */
  async start(): Promise<void> {
    const child = await this.#spawn();
    const ended = new AbortController();
    const onEnd = () => ended.abort();
    child.once('exit', onEnd);
    if (child.exitCode !== null || child.signalCode !== null) onEnd();
    const { ready, logFile } = this.spec;
    const run = { pid: child.pid ?? 0, logFile, fromByte: this.#fromByte };
    const isReady = await becomesReady(ready, run, ended.signal).catch((error) => {
      if (ended.signal.aborted) return 'ended' as const;
      throw error;
    });
    child.off('exit', onEnd);
    if (isReady === 'ended') throw await this.#endedUnready(child);
    if (!isReady) throw await this.#notReadyInTime();
    if (this.#state === 'starting') this.#state = 'ready';
    this.#wasReady = true;
  }

  /** Asks it to end, waits, kills it after its bound; resolves when it is gone. Also ends a pending restart. */
  async stop(): Promise<void> {
    this.#stopRequested = true;
    clearTimeout(this.#nextStart);
    const child = this.#child;
    const identity = child?.pid === undefined ? undefined : identify(child.pid);
    this.#state = child ? 'stopping' : 'stopped';
    if (!child) return;
    const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    if (identity) await terminate(identity, this.spec.stop ?? defaultStop);
    await exited;
    this.#state = 'stopped';
  }

  async #spawn(): Promise<ChildProcess> {
    const { command, args = [], env, cwd, user, logFile } = this.spec;
    this.#state = 'starting';
    this.#fromByte = await logSize(logFile);
    if (this.#stopRequested) throw this.#stoppedMeanwhile();
    const log = openLog(logFile);
    const child = spawn(command, args, {
      cwd,
      env: { ...inheritedEnvironment(), ...env },
      // The pipe is how the child notices that we are gone; a session of its own keeps Ctrl-C for us alone.
      stdio: ['pipe', log, log],
      detached: true,
      ...user,
    });
    closeLog(log);
    child.stdin?.on('error', () => undefined);
    await this.#untilSpawned(child);
    return child;
  }

  async #untilSpawned(child: ChildProcess): Promise<void> {
    child.once('exit', (code, signal) => this.#onExit(child, code, signal));
    try {
      if (child.pid === undefined) await once(child, 'spawn');
    } catch (error) {
      this.#state = 'failed';
      throw this.#cannotSpawn(error);
    }
    this.#child = child;
    this.#startedAtMillis = performance.now();
    try {
      this.#leaveTraces(child);
    } catch (error) {
      // A disk that is full at a restart is no reason to stay down; at the first start it is one to say so.
      if (this.#wasReady) return;
      await this.stop();
      throw error;
    }
  }

  #leaveTraces(child: ChildProcess): void {
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (!identity) return;
    const { name, stage, port, stop = defaultStop, watchesParent = false } = this.spec;
    this.#surroundings.watcher.add(identity, stop, watchesParent);
    const { signals, waitMillis } = stop;
    writeRecord(this.#surroundings.runFolder, {
      name,
      ...identity,
      signals: [...signals],
      waitMillis,
      stage,
      ...(port === undefined ? {} : { port }),
    });
  }

  #onExit(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    const pid = child.pid ?? 0;
    this.#child = undefined;
    this.#surroundings.watcher.forget(pid);
    removeRecord(this.#surroundings.runFolder, this.name);
    const expected = this.#stopRequested;
    const restartInMillis = expected ? undefined : this.#planRestart();
    if (!expected) this.#state = restartInMillis === undefined ? 'failed' : 'waiting';
    const exit: ProcessExit = { name: this.name, pid, code, signal, expected };
    this.spec.onExit?.(restartInMillis === undefined ? exit : { ...exit, restartInMillis });
  }

  #planRestart(): number | undefined {
    const { restart } = this.spec;
    if (!restart || !this.#wasReady) return undefined;
    if (performance.now() - this.#startedAtMillis >= restart.resetAfterMillis) this.#restartsInARow = 0;
    const delayMillis = restartDelayMillis(restart, this.#restartsInARow);
    this.#nextStart = setTimeout(() => this.#restart(), delayMillis);
    return delayMillis;
  }

  #restart(): void {
    this.#restarts += 1;
    this.#restartsInARow += 1;
    this.start().catch(() => {
      // A process that was started and failed has planned its next start as it ended; one that was not has nobody to.
      if (this.#child || this.#stopRequested || this.#state === 'waiting') return;
      this.#state = 'waiting';
      this.#planRestart();
    });
  }

  async #endedUnready(child: ChildProcess): Promise<LocalError> {
    const output = await this.output();
    const how = child.exitCode === null ? `was ended by ${child.signalCode}` : `ended with code ${child.exitCode}`;
    const said = output.trim().split('\n').at(-1);
    return (
      this.spec.explain?.(output) ??
      new LocalError('PROCESS_ENDED', {
        detail: `${this.name} ${how} before it was ready${said ? `: ${said}` : '.'}`,
        fix: `See ${this.spec.logFile}.`,
      })
    );
  }

  async #notReadyInTime(): Promise<LocalError> {
    await this.#endForRestart();
    return new LocalError('PROCESS_NOT_READY', {
      detail: `${this.name} was not ready within ${this.spec.ready.timeoutMillis / 1_000} s.`,
      fix: `See ${this.spec.logFile}.`,
    });
  }

  /** One that never becomes ready is ended; after an earlier success its exit plans the next start. */
  async #endForRestart(): Promise<void> {
    const child = this.#child;
    const identity = child?.pid === undefined ? undefined : identify(child.pid);
    if (!child || !identity || this.#stopRequested) return;
    const exited = once(child, 'exit');
    await terminate(identity, this.spec.stop ?? defaultStop);
    await exited;
  }

  #stoppedMeanwhile(): LocalError {
    return new LocalError('STOPPING', { detail: `${this.name} is not started.`, fix: 'It was asked to stop.' });
  }

  #cannotSpawn(error: unknown): LocalError {
    const { name, command } = this.spec;
    return new LocalError('PROGRAM_UNUSABLE', {
      detail: `${name} cannot be started: ${command} ${systemCode(error) === 'ENOENT' ? 'does not exist' : `fails with ${systemCode(error)}`}.`,
      fix: 'Run npm ci again; if it stays, check that the file exists and may be executed.',
      cause: error,
    });
  }
}
