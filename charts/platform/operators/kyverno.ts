import { type Given, PRIORITY } from './given.ts';

/** Jobs of the chart that clean up behind releases before this one. */
const NO_JOBS = {
  webhooksCleanup: { enabled: false },
  policyReportsCleanup: { enabled: false },
} as const;

/** Contexts are the chart's own, which are the restricted ones. */
export const kyverno = (given: Given) => ({
  ...NO_JOBS,
  crds: { install: true, migration: { enabled: false } },
  config: { preserve: false, excludeKyvernoNamespace: true },
  admissionController: {
    replicas: given.replicas('kyverno'),
    rbac: { serviceAccount: { name: given.account('kyverno') } },
    priorityClassName: PRIORITY,
    nodeSelector: given.nodeSelector('kyverno'),
    container: { resources: given.size('kyverno') },
    initContainer: { resources: given.size('kyverno') },
    networkPolicy: { enabled: false },
  },
  backgroundController: { enabled: false },
  cleanupController: { enabled: false },
  reportsController: { enabled: false },
  features: {
    admissionReports: { enabled: false },
    // Credentials of the registry are those of the service account.
    registryClient: { credentialHelpers: ['amazon'] },
  },
});
