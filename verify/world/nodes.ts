import type { Tree } from '../tree/tree.ts';

export interface NodeGroupShape {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[];
}

/** CloudFormation's spelling of effects that keep pods away; a preference keeps nobody away. */
const HARD_EFFECTS: ReadonlySet<string> = new Set(['NO_SCHEDULE', 'NO_EXECUTE']);

/** The node groups that AWS will run, as the templates have them. */
export function nodeGroupsOf(tree: Tree): readonly NodeGroupShape[] {
  return tree.resources('AWS::EKS::Nodegroup').map(({ logicalId, properties }) => ({
    name: properties.key('NodegroupName').text ?? logicalId,
    labels: properties.key('Labels').texts,
    taints: properties
      .list('Taints')
      .map((taint) => ({
        key: taint.key('Key').text ?? '',
        value: taint.key('Value').text ?? '',
        effect: taint.key('Effect').text ?? '',
      }))
      .filter(({ effect }) => HARD_EFFECTS.has(effect)),
  }));
}
