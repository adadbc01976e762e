import { resolve } from 'node:path';
import { type Catalog, serviceNamed } from '#catalog/index.ts';
import { type Endpoints, LOOPBACK, portOf } from '../configuration.ts';
import { nodeCommand, type ProcessSpec, restartAlways, type Supervisor } from '../processes/index.ts';
import { DEMO_GAME } from './games.ts';
import { logFileOf } from './log-files.ts';
import { STAGES } from './stages.ts';

const SIMULATOR = resolve(import.meta.dirname, '../../load/traffic/main.ts');
const READY_TIMEOUT_MILLIS = 30_000;
/** Enough to see everything move, little enough for a laptop's fan. */
const EVENTS_PER_SECOND = 200;
const SEED = 1;

export interface TrafficTarget {
  readonly endpoints: Endpoints;
  /** A file with the API key of the demo game. */
  readonly keyFile: string;
}

/** The seeded player simulator as a process of its own, posting to ingestion like any game. */
export async function startTraffic(
  supervisor: Supervisor,
  catalog: Catalog,
  { endpoints, keyFile }: TrafficTarget,
): Promise<void> {
  const ingestion = serviceNamed(catalog, 'event-ingestion-service');
  const spec: ProcessSpec = {
    name: 'traffic',
    ...nodeCommand(SIMULATOR),
    env: {
      TRAFFIC_URL: `http://${LOOPBACK}:${portOf(ingestion, 'http', endpoints.movedPorts)}`,
      TRAFFIC_GAME_ID: DEMO_GAME.id,
      TRAFFIC_API_KEY_FILE: keyFile,
      TRAFFIC_EVENTS_PER_SECOND: String(EVENTS_PER_SECOND),
      TRAFFIC_SEED: String(SEED),
    },
    logFile: logFileOf(endpoints.dataFolder, 'traffic'),
    ready: { kind: 'json-line', accept: (line) => line.ready === true, timeoutMillis: READY_TIMEOUT_MILLIS },
    stage: STAGES.traffic,
    restart: restartAlways,
  };
  await supervisor.start(spec);
}
