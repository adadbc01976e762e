import type { Core } from '../../core.ts';
import type { PartitionLog, Watcher } from '../../log/partition-log.ts';

export interface Awaited {
  readonly log: PartitionLog;
  readonly offset: number;
  readonly isCommitted: boolean;
}

interface Patience {
  readonly missingBytes: number;
  readonly maxWaitMillis: number;
}

/** No client waits longer than this, whatever it asks for: its connection is busy meanwhile. */
const longestWaitMillis = 5 * 60_000;

/**
 * Resolves when `missingBytes` more have come, or the time is over, or the broker stops. What one request brings to
 * several partitions is answered together, because the answer is put together only when the request is done.
 */
export const waitForData = (core: Core, awaited: readonly Awaited[], patience: Patience): Promise<void> =>
  new Promise((resolve) => {
    let missingBytes = patience.missingBytes;
    const watchers = new Map<PartitionLog, Watcher>();
    const wake = (): void => {
      clearTimeout(timer);
      core.waiting.delete(wake);
      for (const [log, watcher] of watchers) log.watchers.delete(watcher);
      setImmediate(resolve);
    };
    const timer = setTimeout(wake, Math.min(patience.maxWaitMillis, longestWaitMillis));
    core.waiting.add(wake);
    for (const { log, offset, isCommitted } of awaited) {
      const watcher: Watcher = (bytes) => {
        // Records of an open transaction come in, but cannot be read before it ends.
        if (isCommitted && log.lastStableOffset <= offset && !log.isClosed) return;
        missingBytes -= bytes;
        if (missingBytes <= 0) wake();
      };
      watchers.set(log, watcher);
      log.watchers.add(watcher);
    }
  });
