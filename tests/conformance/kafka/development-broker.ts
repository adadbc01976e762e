import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { minSessionTimeoutMillis, type RunningTarget, type Target } from './target.ts';

const main = resolve(import.meta.dirname, '../../../local/engines/kafka/main.ts');

/** Starts the process; resolves with its port when it says that it is ready. The channel ends it with the tests. */
export const forkBroker = async (
  env: Readonly<Record<string, string>>,
): Promise<{ child: ChildProcess; port: number }> => {
  const child = fork(main, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The broker ended with ${code}: ${stderr}`);
  });
  const [line] = await Promise.race([once(child.stdout ?? child, 'data'), ended]);
  ended.catch(() => {});
  return { child, port: JSON.parse(String(line)).port };
};

class RunningBroker implements RunningTarget {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'gamemetrics-broker-'));
  #child: ChildProcess | undefined;
  port = 0;

  async start(): Promise<void> {
    const { child, port } = await forkBroker({
      KAFKA_DATA_DIR: this.#dataDir,
      KAFKA_PORT: String(this.port),
      KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: String(minSessionTimeoutMillis),
    });
    this.#child = child;
    this.port = port;
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#end(signal);
    await this.start();
  }

  async remove(): Promise<void> {
    await this.#end('SIGTERM');
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

export const developmentBroker: Target = {
  name: 'the development broker',
  reasonToSkip: undefined,
  start: async () => {
    const broker = new RunningBroker();
    await broker.start();
    return broker;
  },
};
