/** How soon an ended process is started again. All times in milliseconds. */
export interface RestartPolicy {
  /** Delay before the second restart in a row; the first one is immediate. */
  readonly firstDelayMillis: number;
  readonly maximumDelayMillis: number;
  /** A process that ran this long is healthy again and starts over with an immediate restart. */
  readonly resetAfterMillis: number;
}

/**
 * The kubelet's rule (at once, then 10 s doubled up to 300 s, forgotten after 10 minutes of running), ten times as fast
 * because somebody is watching: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
 */
export const restartAlways: RestartPolicy = {
  firstDelayMillis: 1_000,
  maximumDelayMillis: 30_000,
  resetAfterMillis: 60_000,
};

/** Delay before the next start after this many restarts in a row. */
export function restartDelayMillis(policy: RestartPolicy, restartsInARow: number): number {
  if (restartsInARow === 0) return 0;
  return Math.min(policy.firstDelayMillis * 2 ** (restartsInARow - 1), policy.maximumDelayMillis);
}
