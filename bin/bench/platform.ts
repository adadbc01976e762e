import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Catalog, catalog, type Service, serviceNamed } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import type { Subject } from '#load/bench/index.ts';
import { databasePasswordName, LOOPBACK, portOf } from '#local/configuration.ts';
import { DEMO_GAME, gameKeyName, type Platform, startPlatform } from '#local/platform/index.ts';
import { freePort } from '#local/ports/index.ts';
import { LocalSecrets } from '#local/secrets.ts';
import { TokenMint } from '#local/tokens.ts';

const INGESTION = 'event-ingestion-service';
const PROCESSOR = 'event-processor-service';
const ANALYTICS = 'analytics-api';
const TOKEN_SECONDS = 3_600;
/** Limits that protect a platform from its games would only measure themselves; probes would be counted as events. */
const raised: Readonly<Record<string, string>> = {
  RATE_LIMIT_PER_SECOND: '1000000000',
  GAME_QUOTA_EVENTS_PER_SECOND: '1000000000',
  PROBE_INTERVAL_MILLIS: '0',
};

const withoutLimits = (service: Service): Service => ({
  ...service,
  settings: service.settings.map((setting) => ({ ...setting, value: raised[setting.variable] ?? setting.value })),
});

/** The pipeline and what else is asked for: the other services stay planned, so that they cost nothing. */
const catalogOf = (others: readonly string[]): Catalog => ({
  ...catalog,
  services: catalog.services.map((service) =>
    [INGESTION, PROCESSOR, ...others].includes(service.name)
      ? withoutLimits(service)
      : { ...service, status: 'planned' as const },
  ),
});

async function freePorts(others: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const services = [INGESTION, PROCESSOR, ...others];
  const ports = new Map<string, number>();
  for (const name of ['postgres', 'kafka', 'redis', ...services, ...services.map((service) => `${service}.management`)])
    ports.set(name, await freePort());
  return ports;
}

export interface BenchPlatform {
  readonly subject: Subject;
  /** Ends every process and deletes the data. */
  stop(): Promise<void>;
}

/** Of an operator, for as long as a benchmark may take. */
async function tokenOf({ dataFolder }: Platform): Promise<string> {
  const mint = await TokenMint.open(dataFolder);
  return mint.mint({ subject: 'benchmark', roles: ['operator'], games: ['*'], lifetimeSeconds: TOKEN_SECONDS });
}

async function subjectOf(platform: Platform, others: readonly string[]): Promise<Subject> {
  const secrets = new LocalSecrets(platform.dataFolder);
  const { movedPorts, postgresPort } = platform.endpoints;
  const ingestion = serviceNamed(catalog, INGESTION);
  const at = (service: Service, port: string) => `http://${LOOPBACK}:${portOf(service, port, movedPorts)}`;
  const role = names.databaseRole(PROCESSOR);
  const password = encodeURIComponent(secrets.value(databasePasswordName(PROCESSOR)));
  const analytics = serviceNamed(catalog, ANALYTICS);
  const asked = others.includes(ANALYTICS)
    ? {
        analytics: {
          url: at(analytics, 'http'),
          managementUrl: at(analytics, 'management'),
          token: await tokenOf(platform),
        },
      }
    : {};
  return {
    ...asked,
    ingestion: { url: at(ingestion, 'http'), managementUrl: at(ingestion, 'management') },
    processorUrl: at(serviceNamed(catalog, PROCESSOR), 'management'),
    game: DEMO_GAME.id,
    key: secrets.value(gameKeyName(DEMO_GAME.id, 'production')),
    eventsUrl: `postgres://${role}:${password}@${LOOPBACK}:${postgresPort}/${names.database('events')}`,
    processes: () => new Map(platform.processes.map(({ name, pid }) => [name, pid ?? 0])),
  };
}

export interface BenchPlatformOptions {
  readonly onStep: (step: string) => void;
  /** For the services, such as those of a profiler. */
  readonly nodeFlags: readonly string[];
  /** Beyond the pipeline. */
  readonly services: readonly string[];
}

/** A platform of its own for one benchmark: fresh data in a temporary folder, free ports. */
export async function startBenchPlatform({
  onStep,
  nodeFlags,
  services,
}: BenchPlatformOptions): Promise<BenchPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'gm-bench-'));
  const ports = await freePorts(services);
  const options = { dataFolder: folder, reset: false, traffic: false, ports, logLevel: 'warn', onStep, nodeFlags };
  const platform = await startPlatform(catalogOf(services), options);
  return {
    subject: await subjectOf(platform, services),
    stop: async () => {
      await platform.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
