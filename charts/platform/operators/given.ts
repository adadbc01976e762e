import { replicasOf, requestsOf } from '#catalog/footprints.ts';
import type { Environment, Footprint, FootprintPod } from '#catalog/index.ts';
import { POOL_LABEL } from '#catalog/names.ts';
import type { Platform } from '../../lib/component.ts';
import { mebibytes, millis } from '../../lib/quantities.ts';
import { priorityClass } from '../classes.ts';

/** What the restricted level of Pod Security asks of a container, and a root file system that nobody writes to. */
export const RESTRICTED = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

export const RESTRICTED_POD = { runAsNonRoot: true, seccompProfile: RESTRICTED.seccompProfile } as const;

/** What places, heals and connects everything else. */
export const PRIORITY = priorityClass('platform');

/** What an operator or a part is rendered from: the environment and its footprint, so that the two cannot disagree. */
export class Given {
  readonly environment: Environment;
  readonly platform: Platform;
  readonly #footprint: Footprint;

  constructor(platform: Platform, footprint: Footprint) {
    this.platform = platform;
    this.environment = platform.environment;
    this.#footprint = footprint;
  }

  get namespace(): string {
    return this.#footprint.namespace;
  }

  /** Resources of a container: processors without a limit, memory with one. */
  size(party: string) {
    const requests = requestsOf(this.#pod(party), this.environment);
    if (!requests) throw new TypeError(`${party} of ${this.#footprint.name} has no requests in its footprint.`);
    return {
      requests: { cpu: millis(requests.cpuMillis), memory: mebibytes(requests.memoryMiB) },
      limits: { memory: mebibytes(requests.memoryMiB) },
    };
  }

  replicas(party: string): number {
    const count = replicasOf(this.#pod(party), this.environment);
    if (count === 'every node') throw new TypeError(`${party} of ${this.#footprint.name} runs on every node.`);
    return count;
  }

  /** The number of a port by its name. */
  port(party: string, name: string): number {
    const port = this.#pod(party).ports.find((candidate) => candidate.name === name);
    if (!port) throw new TypeError(`${party} of ${this.#footprint.name} has no port «${name}» in its footprint.`);
    return port.number;
  }

  account(party: string): string {
    return this.#pod(party).serviceAccount;
  }

  nodeSelector(party: string): Readonly<Record<string, string>> {
    const { pool } = this.#pod(party);
    return pool === 'every' ? {} : { [POOL_LABEL]: pool };
  }

  #pod(party: string): FootprintPod {
    const pod = this.#footprint.pods.find((candidate) => candidate.party === party);
    if (!pod) throw new TypeError(`${this.#footprint.name} has no pods «${party}» in its footprint.`);
    return pod;
  }
}
