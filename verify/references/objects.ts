import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { servicesOf } from '../world/objects.ts';
import { among, qualified } from './answers.ts';
import { inManifests, type Reference, type ReferenceRow } from './row.ts';

interface ObjectReference extends Reference {
  readonly kind: string;
  readonly namespace: string | undefined;
}

/** Fields that hold `{ apiVersion, kind, name }` of what a scaler scales. */
const TARGET_FIELDS: Readonly<Record<string, string>> = {
  HorizontalPodAutoscaler: 'spec.scaleTargetRef',
  ScaledObject: 'spec.scaleTargetRef',
  VerticalPodAutoscaler: 'spec.targetRef',
};
/** What KEDA scales when nothing is said (KEDA documentation, «ScaledObject specification»). */
const DEFAULT_TARGET = 'Deployment';

function scaleTarget({ kind, namespace, root }: Manifest): readonly ObjectReference[] {
  const field = TARGET_FIELDS[kind];
  if (field === undefined) return [];
  const target = root.at(field);
  const at = target.key('name');
  const targetKind = target.key('kind').text ?? DEFAULT_TARGET;
  return [{ at, value: `${targetKind} ${qualified(namespace, at.text ?? '')}`, kind: targetKind, namespace }];
}

function authentications({ kind, namespace, root }: Manifest): readonly ObjectReference[] {
  if (kind !== 'ScaledObject') return [];
  return root
    .list('spec.triggers')
    .map((trigger) => trigger.key('authenticationRef'))
    .filter((reference) => reference.exists)
    .map((reference) => {
      const wanted = reference.key('kind').text ?? 'TriggerAuthentication';
      const space = wanted === 'TriggerAuthentication' ? namespace : undefined;
      const name = reference.key('name').text ?? '';
      return {
        at: reference.key('name'),
        value: `${wanted} ${qualified(space, name)}`,
        kind: wanted,
        namespace: space,
      };
    });
}

/** Fields that name a Service of the object's own namespace. */
const SERVICE_FIELDS: Readonly<Record<string, (root: Node) => readonly Node[]>> = {
  StatefulSet: (root) => [root.at('spec.serviceName')],
  Rollout: (root) =>
    ['canary.stableService', 'canary.canaryService', 'blueGreen.activeService', 'blueGreen.previewService'].map(
      (path) => root.at(`spec.strategy.${path}`),
    ),
};

/** Objects of the same namespace that a kind names, each with the kind that is named. */
const NAMED_OBJECTS: Readonly<Record<string, (root: Node) => readonly (readonly [kind: string, at: Node])[]>> = {
  Pooler: (root) => [['Cluster', root.at('spec.cluster.name')]],
  Database: (root) => [['Cluster', root.at('spec.cluster.name')]],
  ScheduledBackup: (root) => [['Cluster', root.at('spec.cluster.name')]],
  Cluster: (root) =>
    root.list('spec.plugins').map((plugin) => ['ObjectStore', plugin.at('parameters.barmanObjectName')]),
  Schedule: (root) => [['BackupStorageLocation', root.at('spec.template.storageLocation')]],
  Certificate: (root) => [[root.at('spec.issuerRef.kind').text ?? 'Issuer', root.at('spec.issuerRef.name')]],
};

const namedObjects = ({ kind, namespace, root }: Manifest): readonly ObjectReference[] =>
  (NAMED_OBJECTS[kind]?.(root) ?? [])
    .filter(([, at]) => at.text !== undefined)
    .map(([wanted, at]) => ({
      at,
      value: `${wanted} ${qualified(namespace, at.text ?? '')}`,
      kind: wanted,
      namespace,
    }));

const objectResolution = (
  { value, kind }: ObjectReference,
  known: readonly Pick<Manifest, 'kind' | 'namespace' | 'name'>[],
) =>
  among(
    value,
    known.map((object) => `${object.kind} ${qualified(object.namespace, object.name)}`),
    kind,
  );

export const objectRows: readonly ReferenceRow[] = [
  inManifests<ObjectReference>({
    kind: 'scale target',
    says: 'What an autoscaler scales exists.',
    find: scaleTarget,
    resolve: (reference, { tree }) => objectResolution(reference, tree.ofKind(reference.kind)),
  }),
  inManifests<ObjectReference>({
    kind: 'trigger authentication',
    says: 'What a scaler signs in with exists.',
    find: authentications,
    resolve: (reference, { tree }) => objectResolution(reference, tree.ofKind(reference.kind)),
  }),
  inManifests<ObjectReference>({
    kind: 'object',
    says: 'What belongs to a database cluster, and what a certificate is signed by, is in the same namespace.',
    find: namedObjects,
    resolve: (reference, { tree }) => objectResolution(reference, tree.ofKind(reference.kind)),
  }),
  inManifests({
    kind: 'service',
    says: 'A service that a workload names is in its namespace.',
    find: ({ kind, namespace, root }) =>
      (SERVICE_FIELDS[kind]?.(root) ?? []).flatMap((at) =>
        at.text === undefined ? [] : [{ at, value: qualified(namespace, at.text) }],
      ),
    resolve: ({ value }, { tree }) => among(value, servicesOf(tree).names, 'service'),
  }),
];
