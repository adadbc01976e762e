import { join, resolve } from 'node:path';
import { type Endpoints, LOOPBACK } from '../configuration.ts';
import { type PostgresEngine, startPostgres } from '../engines/postgres/index.ts';
import { startRedis } from '../engines/redis/index.ts';
import { nodeCommand, type ProcessSpec, restartAlways, type Supervisor } from '../processes/index.ts';
import type { LocalSecrets } from '../secrets.ts';
import { logFileOf } from './log-files.ts';
import { STAGES } from './stages.ts';

const BROKER = resolve(import.meta.dirname, '../engines/kafka/main.ts');
const BROKER_TIMEOUT_MILLIS = 60_000;

export interface Engines {
  readonly postgres: PostgresEngine;
}

function brokerSpec({ dataFolder, kafkaPort, logLevel }: Endpoints): ProcessSpec {
  return {
    name: 'kafka',
    ...nodeCommand(BROKER),
    env: {
      KAFKA_DATA_DIR: join(dataFolder, 'kafka'),
      KAFKA_HOST: LOOPBACK,
      KAFKA_PORT: String(kafkaPort),
      LOG_LEVEL: logLevel,
    },
    logFile: logFileOf(dataFolder, 'kafka'),
    ready: { kind: 'json-line', accept: (line) => line.ready === true, timeoutMillis: BROKER_TIMEOUT_MILLIS },
    stage: STAGES.engines,
    restart: restartAlways,
    port: kafkaPort,
  };
}

/** Starts the three engines at the same time; each finds the data of its last run. */
export async function startEngines(
  supervisor: Supervisor,
  endpoints: Endpoints,
  secrets: LocalSecrets,
): Promise<Engines> {
  const { dataFolder, postgresPort, redisPort } = endpoints;
  const [postgres] = await Promise.all([
    startPostgres({
      dataDir: join(dataFolder, 'postgres'),
      logFile: logFileOf(dataFolder, 'postgres'),
      port: postgresPort,
      superuserPassword: secrets.value('postgres-superuser'),
      supervisor,
    }),
    supervisor.start(brokerSpec(endpoints)),
    startRedis({
      dataDir: join(dataFolder, 'redis'),
      port: redisPort,
      supervisor,
      logFile: logFileOf(dataFolder, 'redis'),
    }),
  ]);
  return { postgres };
}
