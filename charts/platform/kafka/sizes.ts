import { mebibytes, millis } from '../../lib/quantities.ts';
import { onNodesOf, tolerating } from '../../lib/scheduling.ts';
import type { JvmOptions, PodTemplate, ResourceAmounts } from '../../lib/strimzi.ts';

interface Size {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
}

/** Half for the heap; the rest of a broker is page cache and buffers, which serve most reads. */
const HEAP_SHARE = 0.5;

export function heap(memoryMiB: number): JvmOptions {
  const size = `${Math.floor(memoryMiB * HEAP_SHARE)}m`;
  return { '-Xms': size, '-Xmx': size };
}

/** Memory is a limit as well, because a leak must end in a restart; processors are not, because throttling is latency. */
export const amounts = ({ cpuMillis, memoryMiB }: Size): ResourceAmounts => ({
  requests: { cpu: millis(cpuMillis), memory: mebibytes(memoryMiB) },
  limits: { memory: mebibytes(memoryMiB) },
});

/** For helpers of Kafka: data nodes are sized for their volumes' throughput and have memory to spare. */
export const onDataNodes: PodTemplate = {
  affinity: onNodesOf('data'),
  tolerations: tolerating('data'),
  enableServiceLinks: false,
};
