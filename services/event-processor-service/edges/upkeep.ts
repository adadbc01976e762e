import type { Telemetry } from '#kit/telemetry/index.ts';
import type { EventStore } from './store/event-store.ts';

const INTERVAL_MILLIS = 10 * 60_000;

export interface Upkeep {
  stop(): Promise<void>;
}

/** Makes room for coming days and lets go of old identities, now and then; what fails is tried at the next turn. */
export function keepUp({ logger }: Pick<Telemetry, 'logger'>, store: Pick<EventStore, 'upkeep'>): Upkeep {
  let running = Promise.resolve();
  const turn = () => {
    running = store.upkeep(Date.now()).catch((error: unknown) => logger.warn({ error }, 'upkeep is tried again later'));
  };
  turn();
  const timer = setInterval(turn, INTERVAL_MILLIS);
  return {
    stop: () => {
      clearInterval(timer);
      return running;
    },
  };
}
