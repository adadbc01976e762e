import type { Manifest } from '../../tree/manifest.ts';
import type { Made, Maker } from '../made.ts';
import type { PodPort } from '../pods.ts';

const GROUP = 'postgresql.cnpg.io';
const POSTGRESQL: PodPort = { name: 'postgresql', number: 5432, protocol: 'TCP' };
const METRICS: PodPort = { name: 'metrics', number: 9187, protocol: 'TCP' };
const STATUS: PodPort = { name: 'status', number: 8000, protocol: 'TCP' };
const POOLER_METRICS: PodPort = { name: 'metrics', number: 9127, protocol: 'TCP' };

const USER_KEYS = new Set(['username', 'user', 'password', 'dbname', 'host', 'port', 'uri', 'jdbc-uri', 'pgpass']);

function cluster({ namespace = '', name, root }: Manifest): Made {
  const superuser = root.at('spec.enableSuperuserAccess').value === true;
  const secret = (suffix: string, keys: ReadonlySet<string>) => ({ namespace, name: `${name}-${suffix}`, keys });
  return {
    secrets: [
      secret('app', USER_KEYS),
      secret('ca', new Set(['ca.crt', 'ca.key'])),
      secret('server', new Set(['tls.crt', 'tls.key'])),
      secret('replication', new Set(['tls.crt', 'tls.key'])),
      ...(superuser ? [secret('superuser', USER_KEYS)] : []),
    ],
    services: ['rw', 'ro', 'r'].map((suffix) => ({ namespace, name: `${name}-${suffix}`, ports: [POSTGRESQL.number] })),
    serviceAccounts: [{ namespace, name }],
    pods: [
      {
        namespace,
        labels: {
          'cnpg.io/cluster': name,
          'cnpg.io/podRole': 'instance',
          ...root.at('spec.inheritedMetadata.labels').texts,
        },
        ports: [POSTGRESQL, METRICS, STATUS],
        origin: `PostgreSQL ${name} of CloudNativePG`,
      },
    ],
  };
}

function pooler({ namespace = '', name }: Manifest): Made {
  return {
    services: [{ namespace, name, ports: [POSTGRESQL.number] }],
    serviceAccounts: [{ namespace, name }],
    pods: [
      {
        namespace,
        labels: { 'cnpg.io/poolerName': name, 'cnpg.io/podRole': 'pooler' },
        ports: [POSTGRESQL, POOLER_METRICS],
        origin: `pooler ${name} of CloudNativePG`,
      },
    ],
  };
}

const SOURCE = 'CloudNativePG 1.30 documentation, «Applications», «Connection pooling», «Labels and annotations»';

export const cloudNativePg: readonly Maker[] = [
  { kind: 'Cluster', group: GROUP, makes: cluster, source: SOURCE },
  { kind: 'Pooler', group: GROUP, makes: pooler, source: SOURCE },
];
