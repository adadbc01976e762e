/** What a change can come to, as rows of the tables beside this file name it. */
export const LOSS = { class: 'dangerous', hazard: 'data loss' } as const;
export const EXPOSURE = { class: 'dangerous', hazard: 'public exposure' } as const;
export const OPENED = { class: 'dangerous', hazard: 'removed deny' } as const;
export const PRIVILEGE = { class: 'dangerous', hazard: 'privilege gain' } as const;
export const DOWNGRADE = { class: 'dangerous', hazard: 'downgrade' } as const;
export const FEWER = { class: 'disruptive', hazard: 'lost replica' } as const;
export const RESTART = { class: 'disruptive', hazard: 'restart' } as const;
export const REPLACED = { class: 'disruptive', hazard: 'replacement' } as const;
export const CLOSED = { class: 'disruptive', hazard: 'access lost' } as const;

export const WORKLOADS = ['apps Deployment', 'apps StatefulSet', 'apps DaemonSet', 'argoproj.io Rollout'] as const;
