import type { Environment, Service } from './model/index.ts';

/**
 * How a new revision of a service takes over. `canary`: step by step, judged by the objectives of the service; `blue-green`:
 * all at once, because the parts of a page that belong to different revisions do not fit together; `rolling`: pod by pod,
 * where no objective could judge it (adr/0022).
 */
export type Strategy = 'canary' | 'blue-green' | 'rolling';

const servesPages = ({ publicPaths }: Service): boolean => publicPaths.includes('/');

export function strategyOf(service: Service): Strategy {
  if (servesPages(service)) return 'blue-green';
  return service.objectives.length > 0 ? 'canary' : 'rolling';
}

/** Whether shares of requests are led by the mesh; else the share of pods is the share of work. */
export const isLedByRoutes = ({ ports }: Service): boolean =>
  Object.values(ports).some(({ exposure }) => exposure === 'public');

export interface CanaryStep {
  readonly weight: number;
  readonly minutes: number;
}

/** Half an hour in which a bad revision meets a twentieth, a quarter and half of the requests; quicker where nobody waits. */
const STEPS: Readonly<Record<Environment['replicas'], readonly CanaryStep[]>> = {
  full: [
    { weight: 5, minutes: 5 },
    { weight: 25, minutes: 10 },
    { weight: 50, minutes: 15 },
  ],
  single: [{ weight: 50, minutes: 2 }],
};
export const canarySteps = ({ replicas }: Environment): readonly CanaryStep[] => STEPS[replicas];

/** How the objectives are asked: once a minute, over two minutes; three bad answers end the rollout. */
export const ANALYSIS = { intervalSeconds: 60, window: '2m', failureLimit: 3, consecutiveErrorLimit: 5 } as const;

/** How long the revision before stays beside a new dashboard, so that the way back takes seconds. */
export const BLUE_GREEN = { watchedMinutes: 10, keptSeconds: 900 } as const;

/** Labels that Argo Rollouts puts on pods, and Kubernetes on those of a Deployment. */
export const REVISION_LABEL = { rollout: 'rollouts-pod-template-hash', deployment: 'pod-template-hash' } as const;

export const SUBSETS = { stable: 'stable', canary: 'canary' } as const;
