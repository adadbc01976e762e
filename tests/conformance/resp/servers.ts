import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSystemRedis, startRedis } from '#local/engines/redis/index.ts';

export interface ServerUnderTest {
  readonly url: string;
  stop(): Promise<void>;
}

export interface ServerChoice {
  readonly name: string;
  readonly isOurs: boolean;
  start(): Promise<ServerUnderTest>;
}

async function start(program: 'system' | 'embedded'): Promise<ServerUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gm-resp-'));
  const engine = await startRedis({ dataDir, port: 0, program });
  const stop = async () => {
    await engine.stop();
    await rm(dataDir, { recursive: true });
  };
  return { url: engine.url, stop };
}

export const ours: ServerChoice = { name: 'our server', isOurs: true, start: () => start('embedded') };

const systemProgram = findSystemRedis();

/** A real Redis or Valkey where this machine has one. */
export const real: ServerChoice | undefined = systemProgram
  ? { name: systemProgram, isOurs: false, start: () => start('system') }
  : undefined;

/** Said at the top of the output, so that a missing half is never taken for a passed one. */
export function announceMissing(suite: string): void {
  if (real) return;
  process.stderr.write(
    `\nNOT RUN: ${suite} against a real Redis. Put redis-server or valkey-server on PATH (apt-get install redis-server) to run it.\n\n`,
  );
}
