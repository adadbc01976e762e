import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { errors } from '#kit/errors.ts';
import { type Part, runService } from '#kit/lifecycle.ts';

/** A service whose parts do what the test asks for in MODE; each part logs when it stops. */
const behaviours = {
  well: async () => undefined,
  'fails to start': async () => {
    throw errors.PORT_TAKEN({ detail: 'Port 1 is taken by another program.' });
  },
  'has a bug at the start': async () => {
    throw new TypeError('undefined is not a function');
  },
  'has a bug later': async () => {
    setTimeout(() => Promise.reject(new TypeError('undefined is not a function')), 10);
  },
} as const;

const environment = Type.Object({
  MODE: Type.Enum(Object.keys(behaviours), { default: 'well' }),
  STOP_MILLIS: Type.Integer({ default: 0 }),
});

await runService({
  service: {
    name: 'probe',
    metrics: [{ name: 'probe_total', type: 'counter', help: 'Probes.', labels: [] }],
    personalData: [],
  },
  version: '0.0.1',
  environment,
  start: async (service) => {
    const { MODE, STOP_MILLIS } = service.config;
    const stopping = (name: string, millis: number): Part => ({
      check: async () => name,
      stop: async () => {
        await sleep(millis);
        service.logger.info(`stopped ${name}`);
      },
    });
    await service.part('first', () => stopping('first', 0));
    await service.part('second', () => stopping('second', STOP_MILLIS), { critical: false });
    service.metrics.probe_total.inc();
    await behaviours[MODE as keyof typeof behaviours]();
  },
});
