import { names, POOL_LABEL } from '#catalog/names.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';
import type { GroupShape } from './model.ts';

const wholeNumber = (value: unknown): number => Number(value ?? 0);

/** A group of nodes as its resource has it. */
export function shapeOf({
  logicalId,
  properties,
}: {
  readonly logicalId: string;
  readonly properties: Node;
}): GroupShape {
  const sizes = properties.key('ScalingConfig');
  return {
    name: properties.key('Labels').key(POOL_LABEL).text ?? logicalId,
    types: properties.list('InstanceTypes').flatMap(({ text }) => text ?? []),
    capacity: properties.key('CapacityType').text === 'SPOT' ? 'SPOT' : 'ON_DEMAND',
    min: wholeNumber(sizes.key('MinSize').value),
    desired: wholeNumber(sizes.key('DesiredSize').value),
    max: wholeNumber(sizes.key('MaxSize').value),
    zones: Math.max(1, properties.list('Subnets').length),
  };
}

export interface PlacedGroup {
  readonly file: string;
  readonly logicalId: string;
  readonly shape: GroupShape;
}

/** The groups of the environment's own cluster; its recovery region has another one. */
export function groupsOf(tree: Tree): readonly PlacedGroup[] {
  const recovery = `${names.cluster({ name: tree.environment.name, standby: true })}-`;
  return tree.templates
    .filter(({ stack }) => !stack.startsWith(recovery))
    .flatMap(({ file, resources }) =>
      resources
        .filter(({ type }) => type === 'AWS::EKS::Nodegroup')
        .map((resource) => ({ file, logicalId: resource.logicalId, shape: shapeOf(resource) })),
    );
}
