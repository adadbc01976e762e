import { IMAGE_SIGNER } from '#catalog/delivery.ts';
import type { Catalog } from '#catalog/index.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { exceptions, type Policy, policies, SIGNED_IMAGES } from '#catalog/policies.ts';
import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { type Facts, foundIn, type ParityRow } from './row.ts';

const sorted = (texts: readonly string[]): string => [...texts].sort().join(', ');
const textsOf = (nodes: readonly Node[]): string => sorted(nodes.flatMap(({ text }) => text ?? []));

const scopeOf = (catalog: Catalog, namespaces: Policy['namespaces']): string =>
  sorted(namespaces === 'everywhere' ? ['default', ...catalog.namespaces.map(({ name }) => name)] : namespaces);

const ENFORCED = { 'spec.validationActions': 'Deny', 'spec.failurePolicy': 'Fail' } as const;

const declaredFacts = (catalog: Catalog, { namespaces, resources, validations }: Policy): Facts => ({
  ...ENFORCED,
  'spec.matchConstraints.resources': sorted(resources.resources),
  'spec.matchConstraints.namespaceSelector': scopeOf(catalog, namespaces),
  'spec.matchConditions': '0',
  'spec.validations[].expression': sorted(validations.map(({ expression }) => expression)),
});

function factsOf({ root }: Manifest): Facts {
  const constraints = root.at('spec.matchConstraints');
  const spaces = constraints.list('namespaceSelector.matchExpressions').flatMap((one) => one.list('values'));
  return {
    'spec.validationActions': textsOf(root.list('spec.validationActions')),
    'spec.failurePolicy': root.at('spec.failurePolicy').text,
    'spec.matchConstraints.resources': textsOf(
      constraints.list('resourceRules').flatMap((rule) => rule.list('resources')),
    ),
    'spec.matchConstraints.namespaceSelector': textsOf(spaces),
    'spec.matchConditions': String(root.list('spec.matchConditions').length),
    'spec.validations[].expression': textsOf(
      root.list('spec.validations').map((validation) => validation.key('expression')),
    ),
  };
}

const signerOf = ({ root }: Manifest): string =>
  root
    .list('spec.attestors')
    .flatMap((attestor) => attestor.list('cosign.keyless.identities'))
    .map((identity) => `${identity.key('issuer').text} ${identity.key('subject').text}`)
    .join(', ');

export const policyRows: readonly ParityRow[] = [
  {
    kind: 'policy',
    says: 'Each policy refuses what the catalog says, where it says so, and also while Kyverno is away.',
    declared: ({ catalog }) =>
      policies.map((policy) => ({
        key: policy.name,
        by: `policies.${policy.name}`,
        facts: declaredFacts(catalog, policy),
      })),
    found: ({ tree }) => tree.ofKind('ValidatingPolicy').map((policy) => foundIn(policy, policy.name, factsOf(policy))),
  },
  {
    kind: 'policy on signatures',
    says: 'Images of ours must be signed by the workflow that publishes them.',
    declared: () => [
      {
        key: SIGNED_IMAGES.name,
        by: 'SIGNED_IMAGES',
        facts: {
          ...ENFORCED,
          'spec.matchConstraints.namespaceSelector': SERVICES_NAMESPACE,
          'spec.matchImageReferences': SIGNED_IMAGES.images,
          'spec.attestors': `${IMAGE_SIGNER.issuer} ${IMAGE_SIGNER.subject}`,
          'spec.validations[].expression': SIGNED_IMAGES.expression,
        },
      },
    ],
    found: ({ tree }) =>
      tree.ofKind('ImageValidatingPolicy').map((policy) =>
        foundIn(policy, policy.name, {
          ...factsOf(policy),
          'spec.matchImageReferences': textsOf(
            policy.root.list('spec.matchImageReferences').map((reference) => reference.key('glob')),
          ),
          'spec.attestors': signerOf(policy),
        }),
      ),
  },
  {
    kind: 'exception',
    says: 'Nothing is exempt from a policy but what the catalog gives a reason for.',
    declared: () =>
      exceptions.map(({ name, policy, condition }) => ({
        key: `${name} from ${policy}`,
        by: `exceptions.${name}`,
        facts: { 'spec.matchConditions[].expression': condition },
      })),
    found: ({ tree }) =>
      tree.ofKind('PolicyException').map((exception) => {
        const from = textsOf(exception.root.list('spec.policyRefs').map((reference) => reference.key('name')));
        return foundIn(exception, `${exception.name} from ${from}`, {
          'spec.matchConditions[].expression': textsOf(
            exception.root.list('spec.matchConditions').map((condition) => condition.key('expression')),
          ),
        });
      }),
  },
];
