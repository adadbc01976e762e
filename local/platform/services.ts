import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Catalog, MANAGEMENT_PORT, type Service } from '#catalog/index.ts';
import { type Endpoints, LOOPBACK, type LocalConfiguration, portOf } from '../configuration.ts';
import { nodeCommand, type ProcessSpec, restartAlways, runOnce, type Supervisor } from '../processes/index.ts';
import { logFileOf } from './log-files.ts';
import { STAGES } from './stages.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const READY_TIMEOUT_MILLIS = 60_000;
const MIGRATION_TIMEOUT_MILLIS = 120_000;
/**
 * Heap of a service's process, so that ten of them fit beside the engines (the specification's 256 MB resident). The
 * collector works on the one thread whose memory it is: on two cores its helpers only take them from others (adr/0019).
 */
const HEAP_FLAGS = [
  '--max-semi-space-size=8',
  '--max-old-space-size=192',
  '--single-threaded-gc',
  '--disable-warning=ExperimentalWarning',
];

export const serviceFolder = (service: Pick<Service, 'name'>): string => join(ROOT, 'services', service.name);

export const builtServices = (catalog: Catalog): readonly Service[] =>
  catalog.services.filter(({ status }) => status === 'built');

/** Values that only the local platform gives, by service: on top of what the catalog derives. */
export type Extras = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface ServiceSurroundings {
  readonly configuration: LocalConfiguration;
  readonly endpoints: Endpoints;
  readonly extras: Extras;
  readonly nodeFlags: readonly string[];
}

/** The process of a service: its own variables, ready when its management port says so, started again when it ends. */
function serviceSpec(service: Service, surroundings: ServiceSurroundings): ProcessSpec {
  const { configuration, endpoints, extras, nodeFlags } = surroundings;
  const managementPort = portOf(service, MANAGEMENT_PORT, endpoints.movedPorts);
  return {
    name: service.name,
    ...nodeCommand(join(serviceFolder(service), 'index.ts'), [], [...HEAP_FLAGS, ...nodeFlags]),
    env: { ...configuration.of(service), ...extras[service.name] },
    cwd: ROOT,
    logFile: logFileOf(endpoints.dataFolder, service.name),
    ready: {
      kind: 'http',
      url: `http://${LOOPBACK}:${managementPort}/health/ready`,
      timeoutMillis: READY_TIMEOUT_MILLIS,
    },
    stage: STAGES.services,
    restart: restartAlways,
    port: portOf(service, 'http', endpoints.movedPorts),
  };
}

/** Starts every built service at the same time; resolves when all are ready. */
export async function startServices(
  supervisor: Supervisor,
  services: readonly Service[],
  surroundings: ServiceSurroundings,
): Promise<void> {
  await Promise.all(services.map((service) => supervisor.start(serviceSpec(service, surroundings))));
}

/** Runs a service's migrations to their end, when it has any. */
async function migrateOne(service: Service, { configuration, endpoints }: ServiceSurroundings): Promise<void> {
  const script = join(serviceFolder(service), 'migrate.ts');
  if (!existsSync(script)) return;
  const name = `${service.name}-migrate`;
  await runOnce({
    name,
    ...nodeCommand(script, [], HEAP_FLAGS),
    env: configuration.of(service),
    cwd: ROOT,
    logFile: logFileOf(endpoints.dataFolder, name),
    timeoutMillis: MIGRATION_TIMEOUT_MILLIS,
  });
}

export async function migrateServices(services: readonly Service[], surroundings: ServiceSurroundings): Promise<void> {
  for (const service of services) await migrateOne(service, surroundings);
}
