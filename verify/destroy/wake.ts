import type { Stack } from '../assembly/load.ts';
import type { Cluster } from './cluster.ts';
import { aws } from './invocation.ts';
import type { Step } from './model.ts';
import { deleteStack } from './stacks.ts';

/** Nodes join within minutes; EKS itself gives a change of a node group an hour. */
const NODES_SECONDS = 3_600;

const wake = ({ name, region }: Cluster): Step => ({
  name: `wake-nodes ${name}`,
  says: 'Give every node group a node, so that the controllers that delete what they made are there.',
  onlyIf: aws(region, 'eks', 'describe-cluster', '--name', name),
  actions: [
    {
      kind: 'each',
      list: aws(region, 'eks', 'list-nodegroups', '--cluster-name', name, '--query', 'nodegroups'),
      remove: aws(
        region,
        ...['eks', 'update-nodegroup-config', '--cluster-name', name, '--nodegroup-name', '{}'],
        ...['--scaling-config', 'minSize=1,desiredSize=1'],
      ),
    },
    {
      kind: 'each',
      list: aws(region, 'eks', 'list-nodegroups', '--cluster-name', name, '--query', 'nodegroups'),
      remove: aws(region, ...['eks', 'wait', 'nodegroup-active', '--cluster-name', name, '--nodegroup-name', '{}']),
    },
  ],
  check: {
    says: 'A node of the cluster runs.',
    invocation: aws(
      region,
      ...['ec2', 'describe-instances', '--filters', `Name=tag:eks:cluster-name,Values=${name}`],
      ...['Name=instance-state-name,Values=running', '--query', 'length(Reservations) > `0`'],
    ),
    expects: 'True',
    withinSeconds: NODES_SECONDS,
  },
});

/** Stacks that put others to sleep. */
export const puttingToSleep = (stacks: readonly Stack[]): readonly Stack[] =>
  stacks.filter(({ resources }) => resources.some(({ type }) => type === 'AWS::Scheduler::Schedule'));

/** An environment that may be asleep must not fall asleep again, and must be awake, before it can be taken down. */
export function wakeSteps(stacks: readonly Stack[], clusters: readonly Cluster[]): readonly Step[] {
  const sleeping = puttingToSleep(stacks);
  const regions = new Set(sleeping.map(({ region }) => region));
  return [...sleeping.map(deleteStack), ...clusters.filter(({ region }) => regions.has(region)).map(wake)];
}
