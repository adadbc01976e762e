/** Stored events by minute of acceptance, as counted at one moment. */
export type MinuteCounts = ReadonlyMap<string, number>;

/** Events stored between two looks: the growth of every minute that the later look still shows. */
export function growth(before: MinuteCounts, after: MinuteCounts): number {
  let sum = 0;
  for (const [minute, events] of after) sum += Math.max(0, events - (before.get(minute) ?? 0));
  return sum;
}
