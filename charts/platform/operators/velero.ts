import { type Given, PRIORITY, RESTRICTED, RESTRICTED_POD } from './given.ts';

/** The plugin's minor version goes with Velero's: 1.14 with 1.18. */
const AWS_PLUGIN = 'velero/velero-plugin-for-aws:v1.14.1';

export const velero = (given: Given) => ({
  // Where backups go and when they are made are objects of this tree; snapshots are taken through CSI.
  backupsEnabled: false,
  snapshotsEnabled: false,
  deployNodeAgent: false,
  upgradeCRDs: false,
  cleanUpCRDs: false,
  credentials: { useSecret: false },
  configuration: { features: 'EnableCSI', namespace: given.namespace },
  initContainers: [
    {
      name: 'velero-plugin-for-aws',
      image: AWS_PLUGIN,
      volumeMounts: [{ mountPath: '/target', name: 'plugins' }],
      securityContext: RESTRICTED,
    },
  ],
  serviceAccount: { server: { create: true, name: given.account('velero') } },
  resources: given.size('velero'),
  nodeSelector: given.nodeSelector('velero'),
  priorityClassName: PRIORITY,
  podSecurityContext: { ...RESTRICTED_POD, runAsUser: 65_534, fsGroup: 65_534 },
  containerSecurityContext: RESTRICTED,
});
