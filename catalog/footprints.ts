import type { Catalog, Environment, Footprint, FootprintPod, Operator, PodRequests } from './model/index.ts';

/** Whether it is there at all; `environments` of a footprint names where. */
export const runsIn = (
  { environments }: Pick<Footprint, 'environments'>,
  { name }: Pick<Environment, 'name'>,
): boolean => environments?.includes(name) ?? true;

export const operatorsIn = (catalog: Catalog, environment: Environment): readonly Operator[] =>
  catalog.operators.filter((operator) => runsIn(operator, environment));

/** Everything that runs beside the services: operators, and the parts that charts render. */
export const footprintsOf = ({ operators, parts }: Catalog): readonly Footprint[] => [...operators, ...parts];

export const footprintsIn = (catalog: Catalog, environment: Environment): readonly Footprint[] =>
  footprintsOf(catalog).filter((footprint) => runsIn(footprint, environment));

export const replicasOf = ({ replicas }: FootprintPod, environment: Environment): number | 'every node' =>
  replicas === 'every node' ? replicas : replicas[environment.replicas];

/** Nothing where an object of the tree says it. */
export const requestsOf = (pod: FootprintPod, environment: Environment): PodRequests | undefined =>
  environment.replicas === 'single' ? (pod.requestsOfSingle ?? pod.requests) : pod.requests;

/** How long the chain of operators is that have to run before one: its place in the order of installation. */
export function depthOf(operators: readonly Operator[], name: string, seen: readonly string[] = []): number {
  const operator = operators.find((candidate) => candidate.name === name);
  if (!operator || seen.includes(name)) return 0;
  return Math.max(0, ...operator.after.map((before) => depthOf(operators, before, [...seen, name]) + 1));
}
