import type { Environment } from '#catalog/index.ts';

/** Objects whose deletion loses data stay when they vanish from Git or their Application is deleted. */
export const keptWith = ({ retainData }: Environment): Readonly<Record<string, string>> =>
  retainData ? { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' } : {};
