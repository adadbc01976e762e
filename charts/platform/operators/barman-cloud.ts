import { type Given, PRIORITY } from './given.ts';

export const barmanCloud = (given: Given) => ({
  replicaCount: given.replicas('barman-cloud'),
  serviceAccount: { create: true, name: given.account('barman-cloud') },
  resources: given.size('barman-cloud'),
  nodeSelector: given.nodeSelector('barman-cloud'),
  priorityClassName: PRIORITY,
  crds: { create: true },
  certificate: { createClientCertificate: true, createServerCertificate: true },
});
