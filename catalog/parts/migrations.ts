import { JOB_LABEL, migratedBy, migrationOf } from '../databases.ts';
import type { Part } from '../model/index.ts';
import { enginePorts } from '../names.ts';
import { SERVICES_NAMESPACE } from '../namespaces.ts';
import { services } from '../services/index.ts';
import { stores } from '../stores.ts';

const migrating = services
  .map((service) => ({ service, owned: migratedBy({ stores }, service) }))
  .filter(({ owned }) => owned.length > 0);

/** A migration holds a lock of its session, which a pooler would hand to whoever comes next; so it goes past the pooler. */
export const migrations: Part = {
  name: 'migrations',
  namespace: SERVICES_NAMESPACE,
  summary: 'Jobs that bring the databases of a service forward before the service comes.',
  pods: migrating.map(({ service }) => ({
    party: migrationOf(service),
    labels: { [JOB_LABEL]: migrationOf(service) },
    serviceAccount: service.name,
    requests: { cpuMillis: 50, memoryMiB: 128 },
    replicas: { full: 0, single: 0 },
    pool: 'application',
    ports: [],
  })),
  edges: migrating.flatMap(({ service, owned }) =>
    owned.map(({ name, engine }) => ({
      from: migrationOf(service),
      to: engine,
      port: enginePorts.postgresql,
      purpose: `bring ${name} forward`,
    })),
  ),
};
