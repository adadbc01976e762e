/**
 * Backups of the cluster's objects and of the volumes that nothing else backs up (spec, operations.md, «Backup»).
 * Snapshots of EBS hold what changed since the last one, so the hourly backups are increments by nature.
 */
export const CLUSTER_BACKUPS = [
  { name: 'daily', schedule: '30 2 * * *', summary: 'everything, before the day begins in the Americas' },
  { name: 'hourly', schedule: '15 * * * *', summary: 'what an hour has changed' },
] as const satisfies readonly { readonly name: string; readonly schedule: string; readonly summary: string }[];

/** 30 days, in the only unit that Velero takes. */
export const BACKUP_RETENTION = '720h';

/** The driver of volumes and of their snapshots. */
export const VOLUME_DRIVER = 'ebs.csi.aws.com';

/**
 * Storage classes whose volumes Velero leaves alone: brokers and databases copy themselves, consistently and to another
 * region; a snapshot of a running one is neither.
 */
export const SELF_BACKED_CLASSES = ['fast-ssd'] as const;
