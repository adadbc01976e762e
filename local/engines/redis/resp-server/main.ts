/** The process: starts from a snapshot, says on its output when it is ready, leaves a snapshot when it is asked to end. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readEnvironment } from './environment.ts';
import { RespServer } from './server.ts';
import { loadSnapshot, saveSnapshot } from './snapshot.ts';

function say(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function start(): Promise<void> {
  const environment = readEnvironment();
  const server = new RespServer({
    port: environment.RESP_PORT,
    maximumBytes: environment.RESP_MAXIMUM_BYTES,
    memoryPolicy: environment.RESP_MEMORY_POLICY,
  });
  const { database } = server.state;
  const folder = environment.RESP_DATA_DIR;
  const snapshot = folder === undefined ? undefined : join(folder, 'snapshot.jsonl');
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  if (snapshot) say({ snapshot: await loadSnapshot(database, snapshot) });
  const port = await server.listen();
  // Only now: a start that fails for a taken port must not cost the data.
  if (snapshot) await rm(snapshot, { force: true });

  const stop = async (): Promise<void> => {
    await server.close();
    if (snapshot) say({ saved: await saveSnapshot(database, snapshot) });
    process.exit(0);
  };
  const stopOnce = once(stop);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stopOnce);
  say({ ready: true, port });
}

/** A second signal changes nothing about the stop that is under way. */
function once(work: () => Promise<void>): () => void {
  let started = false;
  return () => {
    if (started) return;
    started = true;
    work().catch(fail);
  };
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

start().catch(fail);
