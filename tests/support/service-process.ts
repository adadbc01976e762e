import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A real process of a test: its log lines, its exit code, its end. */
export class ServiceProcess {
  readonly child: ChildProcess;
  readonly lines: Record<string, unknown>[] = [];
  stderr = '';
  readonly #exited: Promise<number | null>;

  /** Starts a TypeScript file on this Node, as `local` starts a service: with an IPC channel and only these variables. */
  constructor(file: string, env: Readonly<Record<string, string>>) {
    this.child = fork(file, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    // «close» would do, were it not for a channel that the test closes itself.
    const ends = [this.child.stdout, this.child.stderr].map((stream) => stream && once(stream, 'end'));
    this.#exited = Promise.all([once(this.child, 'exit'), ...ends]).then(([[code]]) => code as number | null);
    let rest = '';
    this.child.stdout?.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.lines.push(JSON.parse(line));
    });
    this.child.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
  }

  /** Resolves with the first log line of this message; rejects when the process ends before. */
  async saw(message: string): Promise<Record<string, unknown>> {
    for (;;) {
      const line = this.lines.find((one) => one.message === message);
      if (line) return line;
      if (this.child.exitCode !== null)
        throw new Error(`ended without "${message}": ${JSON.stringify(this.lines)}${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Signals, if asked to, and waits for the end. */
  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal) this.child.kill(signal);
    return this.#exited;
  }
}
