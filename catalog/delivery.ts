/** Where CI commits what `synth` writes, and Argo CD reads it. An example that the studio replaces with its own. */
export const GITOPS = {
  repository: 'https://git.gamemetrics.example/platform/gitops.git',
  revision: 'main',
} as const;

/** Where Argo CD runs. */
export const DELIVERY_NAMESPACE = 'argocd';
