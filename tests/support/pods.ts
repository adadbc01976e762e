import { IMAGE_PREFIX } from '#catalog/policies.ts';

export const DIGEST = `sha256:${'a'.repeat(64)}`;
export const RESOURCES = { requests: { cpu: '1m', memory: '1Mi' }, limits: { memory: '1Mi' } };
/** A container that no policy and no level of Pod Security refuses. */
export const GOOD_CONTAINER = {
  name: 'service',
  image: `${IMAGE_PREFIX}analytics-api@${DIGEST}`,
  resources: RESOURCES,
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
};
export const GOOD_POD = {
  serviceAccountName: 'service',
  automountServiceAccountToken: false,
  containers: [GOOD_CONTAINER],
};

export const pod = (spec: object = {}, container: object = {}) => ({
  metadata: { name: 'pod', namespace: 'gamemetrics' },
  spec: { ...GOOD_POD, containers: [{ ...GOOD_CONTAINER, ...container }], ...spec },
});
export const withSecurity = (change: object) =>
  pod({}, { securityContext: { ...GOOD_CONTAINER.securityContext, ...change } });
