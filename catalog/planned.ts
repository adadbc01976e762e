import type { Catalog, Service } from './model/index.ts';

/** Parts that wait for a service: without its outbox there is nothing to relay, without its sign-in nobody gets in. */
const WAITING = { 'kafka-connect': 'user-service', 'kafka-ui': 'user-service' } as const;

export type WaitingPart = keyof typeof WAITING;

/** A part that waits has its manifests, outside the app-of-apps, as a planned service has. */
export function statusOfPart({ services }: Pick<Catalog, 'services'>, part: WaitingPart): Service['status'] {
  return services.find(({ name }) => name === WAITING[part])?.status ?? 'planned';
}

export const plannedParts = (catalog: Pick<Catalog, 'services'>): readonly string[] =>
  Object.keys(WAITING).filter((part) => statusOfPart(catalog, part as WaitingPart) === 'planned');
