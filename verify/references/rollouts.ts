import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { among, qualified } from './answers.ts';
import { inManifests, type Reference, type ReferenceRow } from './row.ts';

interface NamedReference extends Reference {
  readonly kind: string;
}

const named = (manifest: Manifest, kind: string, at: Node): readonly NamedReference[] =>
  at.text === undefined ? [] : [{ at, kind, value: `${kind} ${qualified(manifest.namespace, at.text)}` }];

const ANALYSES = ['canary.analysis', 'blueGreen.prePromotionAnalysis', 'blueGreen.postPromotionAnalysis'] as const;

function templates(manifest: Manifest): readonly NamedReference[] {
  if (manifest.kind !== 'Rollout') return [];
  const strategy = manifest.root.at('spec.strategy');
  const inSteps = strategy.list('canary.steps').map((step) => step.key('analysis'));
  return [...ANALYSES.map((path) => strategy.at(path)), ...inSteps]
    .flatMap((analysis) => analysis.list('templates'))
    .flatMap((template) => named(manifest, 'AnalysisTemplate', template.key('templateName')));
}

function routing(manifest: Manifest): readonly NamedReference[] {
  if (manifest.kind !== 'Rollout') return [];
  const istio = manifest.root.at('spec.strategy.canary.trafficRouting.istio');
  return [
    ...named(manifest, 'VirtualService', istio.at('virtualService.name')),
    ...named(manifest, 'DestinationRule', istio.at('destinationRule.name')),
  ];
}

interface PartReference extends Reference {
  readonly known: readonly string[];
}

/** Names inside the objects that Argo Rollouts changes: routes whose weights it sets, subsets that it labels. */
function parts(
  manifest: Manifest,
  find: (kind: string, name: string) => Manifest | undefined,
): readonly PartReference[] {
  if (manifest.kind !== 'Rollout') return [];
  const istio = manifest.root.at('spec.strategy.canary.trafficRouting.istio');
  const virtual = find('VirtualService', istio.at('virtualService.name').text ?? '');
  const rule = find('DestinationRule', istio.at('destinationRule.name').text ?? '');
  const routes = virtual?.root.list('spec.http').flatMap((route) => route.key('name').text ?? []) ?? [];
  const subsets = rule?.root.list('spec.subsets').flatMap((subset) => subset.key('name').text ?? []) ?? [];
  const chosen = ['stableSubsetName', 'canarySubsetName'].map((name) => istio.at(`destinationRule.${name}`));
  return [
    ...istio.list('virtualService.routes').map((at) => ({ at, value: at.text ?? '', known: routes })),
    ...chosen.flatMap((at) => (at.text === undefined ? [] : [{ at, value: at.text, known: subsets }])),
  ];
}

export const rolloutRows: readonly ReferenceRow[] = [
  inManifests<NamedReference>({
    kind: 'analysis',
    says: 'By what a rollout is judged exists.',
    find: templates,
    resolve: ({ value, kind }, { tree }) =>
      among(
        value,
        tree.ofKind(kind).map(({ namespace, name }) => `${kind} ${qualified(namespace, name)}`),
        kind,
      ),
  }),
  inManifests<NamedReference>({
    kind: 'traffic of a rollout',
    says: 'The routes and subsets that a rollout changes are in objects that exist.',
    find: routing,
    resolve: ({ value, kind }, { tree }) =>
      among(
        value,
        tree.ofKind(kind).map(({ namespace, name }) => `${kind} ${qualified(namespace, name)}`),
        kind,
      ),
  }),
  inManifests<PartReference>({
    kind: 'route of a rollout',
    says: 'The routes whose weights a rollout sets, and the subsets that it labels, are there.',
    find: (manifest, { tree }) => parts(manifest, (kind, name) => tree.find(kind, manifest.namespace, name)),
    resolve: ({ value, known }) => among(value, known, 'route or subset'),
  }),
];
