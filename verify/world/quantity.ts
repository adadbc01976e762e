import type { Node } from '../tree/node.ts';

const CPU = /^(?<number>\d+(?:\.\d+)?)(?<unit>m?)$/;
const MEMORY = /^(?<number>\d+(?:\.\d+)?)(?<unit>Ki|Mi|Gi|Ti|k|M|G|T)?$/;
const MIB_BY_UNIT: Readonly<Record<string, number>> = {
  Ki: 1 / 1_024,
  Mi: 1,
  Gi: 1_024,
  Ti: 1_048_576,
  k: 1e3 / 1_048_576,
  M: 1e6 / 1_048_576,
  G: 1e9 / 1_048_576,
  T: 1e12 / 1_048_576,
};

const written = ({ value }: Node): string => (typeof value === 'number' ? String(value) : String(value ?? ''));

/** `250m` and `1` in millicores; zero for what is no quantity. */
export function cpuMillisOf(node: Node): number {
  const found = CPU.exec(written(node))?.groups;
  return found ? Number(found.number) * (found.unit === 'm' ? 1 : 1_000) : 0;
}

/** `256Mi` and `1G` in MiB; zero for what is no quantity. */
export function mebibytesOf(node: Node): number {
  const found = MEMORY.exec(written(node))?.groups;
  if (!found) return 0;
  return Number(found.number) * (found.unit ? (MIB_BY_UNIT[found.unit] ?? 0) : 1 / 1_048_576);
}
