import { type Capacity, type Demand, sum } from '../capacity/model.ts';

const total = (demands: readonly Demand[]): Capacity =>
  sum(
    demands.map(({ cpuMillis, memoryMiB, replicas }) => ({
      cpuMillis: cpuMillis * replicas.base,
      memoryMiB: memoryMiB * replicas.base,
    })),
  );

/** Each owner's part of a pool at base: the mean of its parts of the processors and of the memory. */
export function sharesOf(demands: readonly Demand[]): Readonly<Record<string, number>> {
  const whole = total(demands);
  const byOwner = Map.groupBy(demands, ({ owner }) => owner);
  const shares = [...byOwner].map(([owner, own]) => {
    const part = total(own);
    const cpu = whole.cpuMillis > 0 ? part.cpuMillis / whole.cpuMillis : 0;
    const memory = whole.memoryMiB > 0 ? part.memoryMiB / whole.memoryMiB : 0;
    return [owner, (cpu + memory) / 2] as const;
  });
  return Object.fromEntries(shares.filter(([, share]) => share > 0));
}
