import type { Catalog } from '#catalog/index.ts';
import { type Endpoints, LocalConfiguration } from '../configuration.ts';
import { type ManagedProcess, Supervisor } from '../processes/index.ts';
import { LocalSecrets } from '../secrets.ts';
import { TokenMint } from '../tokens.ts';
import { DashboardSession } from './dashboard-session.ts';
import { ensureDatabases } from './databases.ts';
import { startEngines } from './engines.ts';
import { DEMO_GAME, gameKeyName, seedGame, withGameDirectory } from './games.ts';
import { type Snapshot, takeSnapshot } from './health.ts';
import { type ChosenPorts, choosePorts } from './ports.ts';
import { builtServices, migrateServices, startServices } from './services.ts';
import { quietTelemetry } from './telemetry.ts';
import { createTopics } from './topics.ts';
import { startTraffic } from './traffic.ts';
import { openWorkspace, writeState } from './workspace.ts';

export interface PlatformOptions {
  readonly dataFolder: string;
  /** Deletes the data of earlier runs first. */
  readonly reset: boolean;
  /** Starts the seeded player simulator. */
  readonly traffic: boolean;
  /** Ports to use in place of the catalog's, by name. */
  readonly ports: ReadonlyMap<string, number>;
  readonly logLevel: string;
  /** For the processes of the services, on top of the usual ones; a profiler's, for example. */
  readonly nodeFlags?: readonly string[];
  /** Told what is done next. */
  readonly onStep: (step: string) => void;
}

/** The whole platform on this machine, running. */
export interface Platform {
  readonly dataFolder: string;
  readonly endpoints: Endpoints;
  readonly processes: readonly ManagedProcess[];
  /** Children of a killed predecessor that were ended first. */
  readonly orphans: readonly string[];
  snapshot(): Promise<Snapshot>;
  stop(): Promise<void>;
}

function endpointsOf(
  dataFolder: string,
  ports: ChosenPorts,
  options: PlatformOptions & { readonly jwksFile: string },
): Endpoints {
  const { postgres, kafka, redis } = ports.engines;
  return {
    dataFolder,
    jwksFile: options.jwksFile,
    logLevel: options.logLevel,
    postgresPort: postgres,
    kafkaPort: kafka,
    redisPort: redis,
    movedPorts: ports.moved,
  };
}

/** Starts everything in order; what has started is stopped again when a later part fails. Throws a LocalError. */
export async function startPlatform(catalog: Catalog, options: PlatformOptions): Promise<Platform> {
  const dataFolder = openWorkspace(options.dataFolder, options.reset);
  const supervisor = await Supervisor.open(dataFolder);
  try {
    return await startParts(catalog, options, { dataFolder, supervisor });
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

interface Ground {
  readonly dataFolder: string;
  readonly supervisor: Supervisor;
}

async function startParts(
  catalog: Catalog,
  options: PlatformOptions,
  { dataFolder, supervisor }: Ground,
): Promise<Platform> {
  const { onStep } = options;
  const ports = await choosePorts(catalog, options.ports);
  const secrets = new LocalSecrets(dataFolder);
  const mint = await TokenMint.open(dataFolder);
  const telemetry = await quietTelemetry('gamemetrics-local');
  const endpoints = endpointsOf(dataFolder, ports, { ...options, jwksFile: mint.jwksFile });

  onStep('engines: PostgreSQL, Kafka-protocol development broker, Redis');
  const engines = await startEngines(supervisor, endpoints, secrets);
  onStep('databases, topics and the demo game');
  await Promise.all([
    ensureDatabases(engines.postgres, catalog, secrets),
    createTopics(telemetry, catalog, endpoints.kafkaPort),
  ]);
  await withGameDirectory(telemetry, { ...endpoints, secrets }, (games) => seedGame(games, secrets, DEMO_GAME));
  const session = await DashboardSession.open(mint, dataFolder);
  const surroundings = {
    configuration: new LocalConfiguration(catalog, endpoints, secrets),
    endpoints,
    extras: session.extras,
    nodeFlags: options.nodeFlags ?? [],
  };
  onStep('migrations');
  await migrateServices(builtServices(catalog), surroundings);
  onStep('services');
  await startServices(supervisor, builtServices(catalog), surroundings);
  if (options.traffic) {
    onStep('traffic simulator');
    await startTraffic(supervisor, catalog, {
      endpoints,
      keyFile: secrets.file(gameKeyName(DEMO_GAME.id, 'production')),
    });
  }
  writeState(dataFolder, {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    kafkaPort: endpoints.kafkaPort,
    postgresPort: endpoints.postgresPort,
    redisPort: endpoints.redisPort,
    movedPorts: Object.fromEntries(endpoints.movedPorts),
  });
  return {
    dataFolder,
    endpoints,
    processes: supervisor.processes,
    orphans: supervisor.orphans.map(({ name }) => name),
    snapshot: () => takeSnapshot(catalog, endpoints.movedPorts),
    stop: async () => {
      session.close();
      await supervisor.stop();
    },
  };
}
