import type { FootprintEdge } from './model/index.ts';

/** It watches and writes objects of the cluster. */
export const reconciles = (from: string, purpose = 'reconcile'): FootprintEdge => ({
  from,
  to: 'kubernetes-api',
  port: 443,
  purpose,
});

/** The API server asks its webhook, or serves an API through it. */
export const answersApi = (to: string, port: number, purpose: string): FootprintEdge => ({
  from: 'kubernetes-api',
  to,
  port,
  purpose,
});

/** It calls AWS with the credentials of its service account. */
export const usesAws = (from: string, purpose: string): readonly FootprintEdge[] => [
  { from, to: 'aws-api', port: 443, purpose },
  { from, to: 'pod-identity-agent', port: 80, purpose: 'AWS credentials' },
];
