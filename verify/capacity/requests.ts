import type { Node } from '../tree/node.ts';
import { cpuMillisOf, mebibytesOf } from '../world/quantity.ts';
import { type Capacity, most, sum } from './model.ts';

export const requestsOf = (resources: Node): Capacity => ({
  cpuMillis: cpuMillisOf(resources.at('requests.cpu')),
  memoryMiB: mebibytesOf(resources.at('requests.memory')),
});

const ofContainer = (container: Node): Capacity => requestsOf(container.key('resources'));

/**
 * What the scheduler reserves for a pod (Kubernetes documentation, «Init containers», «Resource sharing»): all containers and
 * sidecars together, or an initial container with the sidecars before it, whichever is more.
 */
export function requestsOfPod(pod: Node): Capacity {
  const initial = pod.list('initContainers');
  const isSidecar = (container: Node): boolean => container.key('restartPolicy').text === 'Always';
  const starting = initial.map((container, index) =>
    sum([ofContainer(container), ...initial.slice(0, index).filter(isSidecar).map(ofContainer)]),
  );
  const serving = sum([...initial.filter(isSidecar), ...pod.list('containers')].map(ofContainer));
  return most([serving, ...starting]);
}
