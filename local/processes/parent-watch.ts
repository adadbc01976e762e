/**
 * Preloaded into Node children (`node --import …/parent-watch.ts service.ts`), so that a service ends by itself, and
 * gracefully, when the process that started it is gone, without knowing anything of it. The parent holds the other
 * end of stdin; the operating system closes it however the parent ends, SIGKILL included.
 */
import { isMainThread } from 'node:worker_threads';

/** Longer than any service drains; a service that is stuck is ended all the same. */
const graceMillis = 15_000;

function endWithoutParent(): void {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), graceMillis).unref();
}

if (isMainThread) {
  // Nobody reads our output any more; an answer of EPIPE must not cut the draining short.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.stdin.on('error', () => undefined);
  process.stdin.once('close', endWithoutParent);
  process.stdin.resume();
  // Watching is no reason to stay alive. Terminals and files have no unref, and no parent to watch either.
  if ('unref' in process.stdin) process.stdin.unref();
}
