import { isFields, type Node } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';
import type { Keys } from './made.ts';

const keysOfJson = (text: string): Keys => {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? new Set(Object.keys(value)) : new Set();
  } catch {
    return 'anything';
  }
};

/** A text that CloudFormation joins at deployment: what it inserts stands for itself as a word. */
function joined(node: Node): string | undefined {
  if (node.text !== undefined) return node.text;
  const parts = node.key('Fn::Join').items();
  if (parts.length === 0) return undefined;
  return parts[1]
    ?.items()
    .map((part) => part.text ?? 'inserted')
    .join(parts[0]?.text ?? '');
}

function keysOf(properties: Node): Keys {
  const generated = properties.key('GenerateSecretString');
  if (generated.exists) {
    const keys = keysOfJson(generated.key('SecretStringTemplate').text ?? '{}');
    const own = generated.key('GenerateStringKey').text;
    return keys === 'anything' || own === undefined ? keys : new Set([...keys, own]);
  }
  const text = joined(properties.key('SecretString'));
  return text === undefined ? 'anything' : keysOfJson(text);
}

const secrets = (tree: Tree): ReadonlyMap<string, Keys> =>
  new Map(
    tree.resources('AWS::SecretsManager::Secret').flatMap(({ properties }) => {
      const name = properties.key('Name').text;
      return name === undefined ? [] : [[name, keysOf(properties)] as const];
    }),
  );

/** Secrets that the templates create in Secrets Manager, by name, with the fields of their JSON. */
export const remoteSecretsOf = (tree: Tree): ReadonlyMap<string, Keys> => tree.derive(secrets);
