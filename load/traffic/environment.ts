import { type Static, Type } from 'typebox';
import { readEnvironment, Secret, Url } from '#kit/environment.ts';

const TrafficEnvironment = Type.Object({
  /** Where event-ingestion-service is. */
  TRAFFIC_URL: Url(['http', 'https']),
  TRAFFIC_GAME_ID: Type.String({ minLength: 1 }),
  TRAFFIC_API_KEY: Secret(),
  TRAFFIC_EVENTS_PER_SECOND: Type.Number({ minimum: 0.1, maximum: 20_000, default: 100 }),
  TRAFFIC_SEED: Type.String({ minLength: 1, default: '1' }),
});
export type TrafficEnvironment = Static<typeof TrafficEnvironment>;

/** Errors: CONFIGURATION_INVALID with all problems at once. */
export const readTrafficEnvironment = (): TrafficEnvironment => readEnvironment(TrafficEnvironment);
