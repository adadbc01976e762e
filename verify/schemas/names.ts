import type { Manifest } from '../tree/manifest.ts';
import { shown, type Violation } from './violation.ts';

/** Names that the API server refuses, although the schemas call them strings (k8s.io/apimachinery, pkg/util/validation). */
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$/;
const RBAC_NAME = /^[^/%]{1,253}$/;
const QUALIFIED_NAME = /^(?:[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?)?$/;

const LABEL_KINDS: ReadonlySet<string> = new Set(['Namespace', 'Service']);

function namePattern({ kind, group }: Manifest): { readonly pattern: RegExp; readonly rule: string } {
  if (group === 'rbac.authorization.k8s.io') return { pattern: RBAC_NAME, rule: 'names of roles have no / and no %' };
  if (LABEL_KINDS.has(kind))
    return { pattern: DNS_LABEL, rule: 'it is a DNS label: at most 63 lower-case letters, digits and hyphens' };
  return { pattern: DNS_SUBDOMAIN, rule: 'it is a DNS name: at most 253 lower-case letters, digits, hyphens and dots' };
}

function ownName(manifest: Manifest): readonly Violation[] {
  const { pattern, rule } = namePattern(manifest);
  if (pattern.test(manifest.name)) return [];
  return [{ path: 'metadata.name', value: shown(manifest.name), rule, fix: 'Choose such a name' }];
}

function keysAndValues(manifest: Manifest): readonly Violation[] {
  return manifest.root
    .at('metadata.labels')
    .entries()
    .flatMap(([key, node]): readonly Violation[] => {
      if (!QUALIFIED_NAME.test(key))
        return [
          {
            path: node.path,
            value: shown(key),
            rule: 'a label key is a name with an optional DNS prefix',
            fix: 'Rename the label',
          },
        ];
      if (node.text === undefined || LABEL_VALUE.test(node.text)) return [];
      const rule = 'a label value has at most 63 letters, digits, hyphens, dots and underscores';
      return [{ path: node.path, value: shown(node.text), rule, fix: 'Shorten it, or use an annotation' }];
    });
}

/** What the API server says of an object's own name and labels. */
export const nameViolations = (manifest: Manifest): readonly Violation[] => [
  ...ownName(manifest),
  ...keysAndValues(manifest),
];
