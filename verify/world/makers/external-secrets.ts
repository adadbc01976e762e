import type { Node } from '../../tree/node.ts';
import type { Keys, Maker } from '../made.ts';

/** A template replaces the keys of `data`, unless it merges; `dataFrom` brings whatever the remote secret has. */
function keysOf(spec: Node): Keys {
  const template = spec.at('target.template');
  const fromTemplate = template
    .key('data')
    .entries()
    .map(([key]) => key);
  const fromData = spec.list('data').flatMap((entry) => entry.key('secretKey').text ?? []);
  const merges = template.key('mergePolicy').text === 'Merge';
  if (template.exists && !merges) return template.list('templateFrom').length > 0 ? 'anything' : new Set(fromTemplate);
  if (spec.list('dataFrom').length > 0) return 'anything';
  return new Set([...fromData, ...fromTemplate]);
}

export const externalSecrets: readonly Maker[] = [
  {
    kind: 'ExternalSecret',
    group: 'external-secrets.io',
    source: 'External Secrets API specification, «ExternalSecretTarget» and «ExternalSecretTemplate»',
    makes: ({ namespace = '', name, root }) => {
      const spec = root.key('spec');
      return { secrets: [{ namespace, name: spec.at('target.name').text ?? name, keys: keysOf(spec) }] };
    },
  },
];
