import type { Part } from '../model/index.ts';

/** Ports: Argo CD's documentation, «Security», ports. */
export const argoCd = {
  name: 'argo-cd',
  namespace: 'argocd',
  summary: 'Applies the tree.',
  pods: [
    {
      party: 'argocd',
      labels: { 'app.kubernetes.io/part-of': 'argocd' },
      serviceAccount: 'argocd-application-controller',
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [
        { name: 'repo-server', number: 8081 },
        { name: 'redis', number: 6379 },
        { name: 'server', number: 8080 },
      ],
    },
  ],
  edges: [
    { from: 'argocd', to: 'kubernetes-api', port: 443, purpose: 'apply' },
    { from: 'argocd', to: 'delivery-sources', port: 443, purpose: 'fetch Git and charts' },
    { from: 'argocd', to: 'argocd', port: 8081, purpose: 'render manifests' },
    { from: 'argocd', to: 'argocd', port: 6379, purpose: 'cache' },
    { from: 'argocd', to: 'argocd', port: 8080, purpose: 'API' },
  ],
} as const satisfies Part;
