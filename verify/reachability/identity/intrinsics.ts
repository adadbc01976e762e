import type { Node } from '../../tree/node.ts';
import type { Template } from '../../tree/template.ts';
import { once, type World } from '../model.ts';

interface Exported {
  readonly template: Template;
  readonly value: Node;
}

const exportsOf = once(({ tree }: World): ReadonlyMap<string, Exported> => {
  const entries = tree.templates.flatMap((template) =>
    template.root
      .key('Outputs')
      .entries()
      .map(([, output]) => [output.at('Export.Name').text ?? '', { template, value: output.key('Value') }] as const),
  );
  return new Map(entries);
});

const pseudo = (template: Template, name: string): string =>
  name.startsWith('AWS::') ? name : `${template.stack}.${name}`;

/**
 * A value of a template as a text that is the same wherever the same resource is meant: exports are followed to the stack
 * that makes them, `Fn::GetAtt` becomes `<stack>.<resource>.<attribute>`.
 */
export function canonical(world: World, template: Template, node: Node): string {
  if (node.text !== undefined) return node.text;
  const imported = node.key('Fn::ImportValue').text;
  if (imported !== undefined) {
    const exported = exportsOf(world).get(imported);
    return exported ? canonical(world, exported.template, exported.value) : `import ${imported}`;
  }
  const reference = node.key('Ref').text;
  if (reference !== undefined) return pseudo(template, reference);
  const attribute = node.key('Fn::GetAtt');
  if (attribute.exists) {
    const parts = attribute.text?.split('.') ?? attribute.items().map(({ text }) => text ?? '');
    return pseudo(template, parts.join('.'));
  }
  const joined = node.key('Fn::Join').items();
  const [separator, parts] = joined;
  if (parts)
    return parts
      .items()
      .map((part) => canonical(world, template, part))
      .join(separator?.text ?? '');
  return JSON.stringify(node.value) ?? '';
}
