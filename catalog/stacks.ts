import { standbyOf, survivesZoneLoss } from './environments/index.ts';
import type { Environment, Site } from './model/index.ts';

/** The stacks of every environment, in the order of their deployment. */
export const ENVIRONMENT_STACKS = [
  'network',
  'storage',
  'audit',
  'database',
  'cache',
  'dns',
  'cluster',
  'alarms',
  'vault',
  'backup',
  'chaos',
  'delivery',
  'edge',
  'sleep',
  'peering',
] as const;

/** Stacks of the recovery region: what the first region copies to stands before it, what copies from it after it. */
export const STANDBY_STACKS = {
  before: ['network', 'storage', 'vault'],
  after: ['database', 'cache', 'cluster', 'edge', 'alarms', 'peering'],
} as const;

/** The stacks of the shared account. */
export const SHARED_STACKS = ['registry'] as const;

export type StackKind = (typeof ENVIRONMENT_STACKS)[number] | (typeof SHARED_STACKS)[number];

/** Stacks that only some environments have, and which. */
const conditions: Partial<Readonly<Record<StackKind, (environment: Environment) => boolean>>> = {
  vault: ({ backups }) => backups.length > 0,
  backup: ({ backups }) => backups.length > 0,
  chaos: survivesZoneLoss,
  sleep: ({ wakingHours }) => wakingHours !== undefined,
  peering: ({ recovery }) => recovery !== undefined,
};

export const hasStack = (environment: Environment, kind: StackKind): boolean => conditions[kind]?.(environment) ?? true;

export interface PlacedStack {
  readonly site: Site;
  readonly kind: StackKind;
}

/** Every stack of an environment with the site that it stands at, in the order of deployment. */
export function stacksOf(environment: Environment): readonly PlacedStack[] {
  const standby = (kinds: readonly StackKind[]): readonly PlacedStack[] =>
    standbyOf(environment).flatMap((site) => kinds.map((kind) => ({ site, kind })));
  return [
    ...standby(STANDBY_STACKS.before),
    ...ENVIRONMENT_STACKS.filter((kind) => hasStack(environment, kind)).map((kind) => ({ site: environment, kind })),
    ...standby(STANDBY_STACKS.after),
  ];
}
