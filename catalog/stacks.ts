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
  'delivery',
  'edge',
] as const;

/** The stacks of the shared account. */
export const SHARED_STACKS = ['registry'] as const;

export type StackKind = (typeof ENVIRONMENT_STACKS)[number] | (typeof SHARED_STACKS)[number];

/** Every stack of an environment with the site that it stands at, in the order of deployment. */
export const stacksOf = (
  environment: Environment,
): readonly { readonly site: Pick<Site, 'name'>; readonly kind: StackKind }[] =>
  ENVIRONMENT_STACKS.map((kind) => ({ site: environment, kind }));
