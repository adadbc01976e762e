import { names } from '#catalog/names.ts';
import { type Given, PRIORITY, RESTRICTED, RESTRICTED_POD } from './given.ts';

export const externalDns = (given: Given) => ({
  provider: { name: 'aws' },
  env: [{ name: 'AWS_DEFAULT_REGION', value: given.environment.region }],
  sources: ['ingress', 'service'],
  domainFilters: [given.environment.domain],
  registry: 'txt',
  txtOwnerId: names.cluster(given.environment),
  // Names go with their gateway where data may go, and stay for a person to remove where it may not.
  policy: given.environment.retainData ? 'upsert-only' : 'sync',
  interval: '1m',
  serviceAccount: { create: true, name: given.account('external-dns') },
  resources: given.size('external-dns'),
  nodeSelector: given.nodeSelector('external-dns'),
  priorityClassName: PRIORITY,
  podSecurityContext: RESTRICTED_POD,
  securityContext: RESTRICTED,
  // The chart has one; the footprint says so too.
  deploymentStrategy: { type: 'Recreate' },
});
