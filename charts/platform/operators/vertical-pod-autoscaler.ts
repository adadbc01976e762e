import { type Given, PRIORITY, RESTRICTED } from './given.ts';

export const verticalPodAutoscaler = (given: Given) => ({
  admissionController: { enabled: false },
  updater: { enabled: false },
  recommender: {
    enabled: true,
    replicas: given.replicas('vpa-recommender'),
    resources: given.size('vpa-recommender'),
    nodeSelector: given.nodeSelector('vpa-recommender'),
    priorityClassName: PRIORITY,
    // A disruption budget for a single replica would block every drain.
    podDisruptionBudget: { enabled: false },
  },
  containerSecurityContext: RESTRICTED,
});
