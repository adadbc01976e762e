import type { Environment } from '#catalog/index.ts';
import type { Stack, StackResource } from '../assembly/load.ts';
import { effectOf } from '../effects/kinds.ts';
import type { Tree } from '../tree/tree.ts';
import { type Cluster, clusterLeftovers, clusterSteps } from './cluster.ts';
import { fateOf, isBillable, LIVED_IN, LIVES_IN_OTHERS, remaindersOf, stays } from './fates.ts';
import type { DestroyPlan, Leftover } from './model.ts';
import { destructionOrder, withDependencies } from './order.ts';
import {
  account,
  deleteLogGroup,
  deleteStack,
  EMPTYING,
  emptySteps,
  logGroupsOf,
  nothingTagged,
  silenceSteps,
} from './stacks.ts';
import { puttingToSleep, wakeSteps } from './wake.ts';

export interface DestroyInput {
  readonly environment: Environment;
  /** Stacks of the environment, its recovery region included. */
  readonly stacks: readonly Stack[];
  readonly tree: Tree;
}

const resourcesOf = (stacks: readonly Stack[]): readonly StackResource[] =>
  stacks.flatMap(({ resources }) => resources);

function clustersOf({ stacks, tree, environment }: DestroyInput): readonly Cluster[] {
  return stacks.flatMap(({ region, resources }) =>
    resources
      .filter(({ type }) => type === 'AWS::EKS::Cluster')
      .flatMap(({ properties }) => properties.key('Name').text ?? [])
      .map((name): Cluster => ({ name, region, ...(region === environment.region ? { tree } : {}) })),
  );
}

/** Leftovers of one resource: the resource itself if its policy keeps it, and what AWS makes beside it. */
function leftoversOf(resource: StackResource): readonly Leftover[] {
  const { type, logicalId, stack, deletionPolicy } = resource;
  const own: readonly Leftover[] = stays(resource)
    ? [
        {
          what: `${type} ${logicalId} of ${stack}`,
          why: `DeletionPolicy is ${deletionPolicy}`,
          billable: isBillable(type),
        },
      ]
    : [];
  const fate = fateOf(type);
  const later: readonly Leftover[] =
    !stays(resource) && fate === 'goes later, free of charge'
      ? [
          {
            what: `${type} ${logicalId} of ${stack}`,
            why: 'it waits for its deletion, free of charge',
            billable: false,
          },
        ]
      : [];
  const beside = remaindersOf(resource).map(
    ({ what, why, billable, logGroup }): Leftover => ({
      what,
      why,
      billable,
      ...(logGroup === undefined || stays(resource) ? {} : { removedBy: 'delete-log-group' }),
    }),
  );
  return [...own, ...later, ...beside];
}

const unnamed = (stacks: readonly Stack[]): readonly string[] =>
  resourcesOf(stacks)
    .filter((resource) => EMPTYING[resource.type] && !stays(resource))
    .filter(({ type, properties }) => properties.key(EMPTYING[type]?.name ?? '').text === undefined)
    .map(
      ({ type, logicalId }) => `${type} ${logicalId}: it must be emptied, and its name is not known before deployment`,
    );

function undecidedOf({ stacks, tree }: DestroyInput): readonly string[] {
  const types = resourcesOf(stacks)
    .filter(({ type }) => fateOf(type) === undefined)
    .map(({ type }) => type);
  const kinds = tree.manifests
    .filter((manifest) => effectOf(manifest) === undefined)
    .map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  return [...new Set([...types, ...kinds, ...unnamed(stacks)])];
}

/** What a person types to destroy an environment whose data is retained. */
export const confirmationFor = (environment: Pick<Environment, 'name'>): string =>
  `destroy ${environment.name} and its data`;

/** Stacks that hold a network in which data stays, and do not leave it behind themselves. */
function keptStacks(stacks: readonly Stack[]): ReadonlySet<string> {
  const holding = stacks.filter(({ resources }) =>
    resources.some((one) => stays(one) && LIVES_IN_OTHERS.has(one.type)),
  );
  const needed = withDependencies(
    stacks,
    holding.map(({ name }) => name),
  );
  const blocked = stacks.filter(
    ({ name, resources }) => needed.has(name) && resources.some((one) => LIVED_IN.has(one.type) && !stays(one)),
  );
  return new Set(blocked.map(({ name }) => name));
}

/** The way from a running environment to none, as data: nothing is run here. */
export function destroyPlan(input: DestroyInput): DestroyPlan {
  const { environment, stacks, tree } = input;
  const kept = keptStacks(stacks);
  const first = puttingToSleep(stacks);
  const going = destructionOrder(stacks).filter((stack) => !kept.has(stack.name) && !first.includes(stack));
  const regions = [...new Set(stacks.map(({ region }) => region))];
  return {
    environment: environment.name,
    ...(environment.retainData ? { confirmation: confirmationFor(environment) } : {}),
    steps: [
      account(environment),
      ...wakeSteps(stacks, clustersOf(input)),
      ...clustersOf(input).flatMap((cluster) => clusterSteps(cluster, environment)),
      ...silenceSteps(going),
      ...going.flatMap((stack) => [...emptySteps(stack), deleteStack(stack)]),
      ...logGroupsOf(going).map(deleteLogGroup),
      ...(environment.retainData ? [] : regions.map((region) => nothingTagged(environment, region))),
    ],
    leftovers: [...clusterLeftovers(tree), ...resourcesOf(stacks).flatMap(leftoversOf)],
    keptStacks: [...kept].sort(),
    undecided: undecidedOf(input),
  };
}
