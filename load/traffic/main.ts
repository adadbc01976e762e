import { isAppError } from '#kit/errors.ts';
import { IngestionClient } from '../send/index.ts';
import { readTrafficEnvironment } from './environment.ts';
import { LiveTraffic } from './live.ts';
import { LiveSender } from './sender.ts';

/** The traffic simulator as a process: figures as JSON lines on stdout, until SIGTERM, SIGINT or the end of its parent. */
const figuresMillis = 1000;
/** An outage of the platform is ridden out for this long; what happened before is dropped. */
const waitingSeconds = 20;
const giveUpAfterMillis = 30_000;
const stopTimeoutMillis = 5000;
const exitCodes = { stopped: 0, configuration: 2 } as const;

const print = (fields: object): void => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...fields })}\n`);
};

async function start(): Promise<void> {
  const config = readTrafficEnvironment();
  const eventsPerSecond = config.TRAFFIC_EVENTS_PER_SECOND;
  const options = { seed: config.TRAFFIC_SEED, game: config.TRAFFIC_GAME_ID, eventsPerSecond };
  const key = await config.TRAFFIC_API_KEY.reveal();
  const sender = new LiveSender({
    traffic: new LiveTraffic({ ...options, startMillis: Date.now() }),
    client: new IngestionClient({ url: config.TRAFFIC_URL, key, giveUpAfterMillis }),
    maxWaiting: Math.ceil(eventsPerSecond * waitingSeconds),
    onTrouble: (message) => print({ level: 'warn', message }),
  });
  const figures = setInterval(() => print(sender.figures), figuresMillis);
  const stop = () => {
    setTimeout(() => process.exit(exitCodes.stopped), stopTimeoutMillis).unref();
    sender.stop();
  };
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, stop);
  print({ ready: true, ...options });
  await sender.run();
  clearInterval(figures);
  print({ stopped: true, ...sender.figures });
  process.exit(exitCodes.stopped);
}

start().catch((error: unknown) => {
  if (!isAppError(error)) throw error;
  print({ level: 'fatal', code: error.code, message: error.message });
  process.exit(exitCodes.configuration);
});
