import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import { LocalError } from './errors.ts';
import { identify, isAlive } from './identity.ts';
import { rotateLog } from './log-file.ts';
import { ManagedProcess } from './managed-process.ts';
import { endOrphans, type ProcessRecord, readJson, writeWhole } from './pidfile.ts';
import type { ProcessSpec } from './spec.ts';
import { Watcher } from './watcher.ts';

const ownerSchema = Type.Object({
  pid: Type.Integer({ minimum: 2 }),
  startMark: Type.String(),
  boot: Type.String(),
});
type Owner = Static<typeof ownerSchema>;

/** Owner files have no `.json` ending, so they are never taken for the record of a child. */
const ownerFile = 'owner';
const rotationIntervalMillis = 5_000;

/** Starts the processes of one data folder, keeps them running, ends them in order, leaves nothing behind. */
export class Supervisor {
  readonly #runFolder: string;
  readonly #watcher = new Watcher();
  readonly #processes: ManagedProcess[] = [];
  readonly #rotation: NodeJS.Timeout;
  #stopping: Promise<void> | undefined;
  /** Children of a killed predecessor that were still running and have been ended. */
  readonly orphans: readonly ProcessRecord[];

  private constructor(runFolder: string, orphans: readonly ProcessRecord[]) {
    this.#runFolder = runFolder;
    this.orphans = orphans;
    this.#rotation = setInterval(() => this.#rotateLogs(), rotationIntervalMillis).unref();
  }

  /**
   * Takes over a data folder: ends what a killed predecessor left behind.
   * Throws a LocalError `ALREADY_RUNNING` when another living process supervises the folder.
   */
  static async open(dataFolder: string): Promise<Supervisor> {
    const runFolder = join(dataFolder, 'run');
    const owner = ownerOf(runFolder);
    if (owner) throw alreadyRunning(dataFolder, owner);
    const self = identify(process.pid);
    if (self) writeWhole(runFolder, ownerFile, self satisfies Owner);
    return new Supervisor(runFolder, await endOrphans(runFolder));
  }

  get processes(): readonly ManagedProcess[] {
    return this.#processes;
  }

  /** Of the shell that ends our children when we are killed. */
  get watcherPid(): number | undefined {
    return this.#watcher.pid;
  }

  /** Resolves when the process is ready; throws a LocalError when it does not get there, and forgets it. */
  async start(spec: ProcessSpec): Promise<ManagedProcess> {
    if (this.#stopping)
      throw new LocalError('STOPPING', {
        detail: `${spec.name} is not started.`,
        fix: 'The platform is being stopped.',
      });
    const managed = new ManagedProcess(spec, { runFolder: this.#runFolder, watcher: this.#watcher });
    this.#processes.push(managed);
    try {
      await managed.start();
    } catch (error) {
      this.#forget(managed);
      throw error;
    }
    return managed;
  }

  /** Stops one process; it is no longer listed. */
  async stopProcess(managed: ManagedProcess): Promise<void> {
    await managed.stop();
    this.#forget(managed);
  }

  /** Stops everything, highest stage first; resolves when nothing is left. Asking twice is asking once. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    const stages = [...new Set(this.#processes.map(({ spec }) => spec.stage))].sort((a, b) => b - a);
    for (const stage of stages) {
      await Promise.all(this.#processes.filter(({ spec }) => spec.stage === stage).map((managed) => managed.stop()));
    }
    clearInterval(this.#rotation);
    this.#watcher.close();
    rmSync(join(this.#runFolder, ownerFile), { force: true });
  }

  #forget(managed: ManagedProcess): void {
    const index = this.#processes.indexOf(managed);
    if (index >= 0) this.#processes.splice(index, 1);
  }

  #rotateLogs(): void {
    // A full disk must not end the platform because a log could not be copied; the next turn tries again.
    for (const { spec } of this.#processes) rotateLog(spec.logFile).catch(() => undefined);
  }
}

function ownerOf(runFolder: string): Owner | undefined {
  const value = readJson(join(runFolder, ownerFile));
  return Check(ownerSchema, value) && isAlive(value) ? value : undefined;
}

/** The living process that supervises a data folder; undefined when nobody does. */
export function supervisorPid(dataFolder: string): number | undefined {
  return ownerOf(join(dataFolder, 'run'))?.pid;
}

function alreadyRunning(dataFolder: string, { pid }: Owner): LocalError {
  return new LocalError('ALREADY_RUNNING', {
    detail: `The data folder ${dataFolder} is in use by process ${pid}.`,
    fix: 'Stop it first, or start a second platform with --data OTHER-FOLDER.',
  });
}
