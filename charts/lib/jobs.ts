import { defineKind } from './kind.ts';

export interface JobSpec {
  readonly backoffLimit: number;
  readonly activeDeadlineSeconds: number;
  readonly template: object;
}
export const Job = defineKind<JobSpec>('batch/v1', 'Job');

export interface CronJobSpec {
  readonly schedule: string;
  readonly concurrencyPolicy: 'Forbid';
  readonly successfulJobsHistoryLimit: number;
  readonly failedJobsHistoryLimit: number;
  readonly jobTemplate: { readonly spec: JobSpec };
}
export const CronJob = defineKind<CronJobSpec>('batch/v1', 'CronJob');

/**
 * Argo CD runs the job in each sync, in its wave, and goes on once it has succeeded. The job of the last sync is removed
 * before, so that its logs can be read until then; what it does is safe to repeat.
 */
export const SYNC_HOOK = {
  'argocd.argoproj.io/hook': 'Sync',
  'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
} as const;

/** A job ends; a sidecar would not. Nothing that a job connects to is in the mesh. */
export const OUTSIDE_MESH = { 'sidecar.istio.io/inject': 'false' } as const;

/** A few tries, each with what the last one left; then the sync fails and says so. */
export const JOB_LIMITS = { backoffLimit: 3, activeDeadlineSeconds: 900 } as const;
