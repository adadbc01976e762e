import type { Manifest } from '../../tree/manifest.ts';
import { isFields, type Node } from '../../tree/node.ts';
import type { Reason } from '../model.ts';

const DATA_KINDS: ReadonlySet<string> = new Set([
  ' Namespace',
  ' PersistentVolume',
  ' PersistentVolumeClaim',
  'apps StatefulSet',
  'kafka.strimzi.io Kafka',
  'kafka.strimzi.io KafkaNodePool',
  'kafka.strimzi.io KafkaTopic',
  'postgresql.cnpg.io Cluster',
  'postgresql.cnpg.io ScheduledBackup',
  'velero.io Schedule',
  'apiextensions.k8s.io CustomResourceDefinition',
]);

const DENYING_KINDS: Readonly<Record<string, string>> = {
  'security.istio.io PeerAuthentication': 'connections in the clear are taken',
  'security.istio.io RequestAuthentication': 'tokens are not verified',
  'policies.kyverno.io ValidatingPolicy': 'what it forbade is taken',
  'policies.kyverno.io ImageValidatingPolicy': 'unsigned images are taken',
  'kyverno.io ClusterPolicy': 'what it forbade is taken',
  'kyverno.io Policy': 'what it forbade is taken',
  'admissionregistration.k8s.io ValidatingAdmissionPolicy': 'what it forbade is taken',
  'admissionregistration.k8s.io ValidatingAdmissionPolicyBinding': 'what it forbade is taken',
  ' LimitRange': 'pods without limits are taken',
  ' ResourceQuota': 'one team can take the whole cluster',
};

const kindOf = ({ group, kind }: Manifest): string => `${group} ${kind}`;

const isEverything = (selector: Node): boolean => isFields(selector.value) && Object.keys(selector.value).length === 0;

/** A policy that chooses all pods of its namespace and allows nothing, in a direction. */
const deniesByDefault = ({ root }: Manifest, direction: 'Ingress' | 'Egress'): boolean =>
  isEverything(root.at('spec.podSelector')) &&
  root.list('spec.policyTypes').some(({ text }) => text === direction) &&
  root.list(`spec.${direction.toLowerCase()}`).length === 0;

/** Without a policy that denies by default, pods that no policy chooses are open. */
function policyRemoval(removed: Manifest, remaining: readonly Manifest[]): Reason {
  const directions = removed.root.list('spec.policyTypes').flatMap(({ text }) => text ?? []);
  const denied = (['Ingress', 'Egress'] as const)
    .filter((direction) => directions.includes(direction))
    .every((direction) =>
      remaining.some(
        (other) =>
          other.kind === 'NetworkPolicy' && other.namespace === removed.namespace && deniesByDefault(other, direction),
      ),
    );
  return denied
    ? { class: 'disruptive', hazard: 'access lost', sentence: 'The ways that it allowed are closed.' }
    : {
        class: 'dangerous',
        hazard: 'removed deny',
        sentence: 'Pods that no other policy chooses are open to everybody.',
      };
}

const IGNORED: ReadonlySet<string> = new Set([
  'policy PodDisruptionBudget',
  'autoscaling HorizontalPodAutoscaler',
  'keda.sh ScaledObject',
]);

/** Argo CD leaves an object in the cluster whose own annotation forbids to prune it. */
const staysInCluster = ({ root }: Manifest): boolean =>
  (root.at('metadata.annotations').key('argocd.argoproj.io/sync-options').text ?? '')
    .split(',')
    .includes('Prune=false');

/** What it means that an object leaves the tree, and with it the cluster. */
export function removalReasons(removed: Manifest, remaining: readonly Manifest[]): readonly Reason[] {
  const kind = kindOf(removed);
  if (staysInCluster(removed))
    return [
      {
        class: 'disruptive',
        hazard: 'removal',
        sentence: 'It stays in the cluster, and Git no longer says what it is.',
      },
    ];
  if (kind === 'networking.k8s.io NetworkPolicy') return [policyRemoval(removed, remaining)];
  const opened = DENYING_KINDS[kind];
  if (opened !== undefined)
    return [{ class: 'dangerous', hazard: 'removed deny', sentence: `A guard is removed: ${opened}.` }];
  if (kind === 'security.istio.io AuthorizationPolicy') return [authorizationRemoval(removed)];
  if (DATA_KINDS.has(kind))
    return [{ class: 'dangerous', hazard: 'data loss', sentence: 'It is deleted with all that it holds.' }];
  if (IGNORED.has(kind))
    return [
      { class: 'disruptive', hazard: 'lost replica', sentence: 'Nothing keeps the number of its pods any more.' },
    ];
  return [{ class: 'disruptive', hazard: 'removal', sentence: 'Whoever relies on it fails.' }];
}

/** One that allows nothing denies everything; one that allows leaves its pods open to all when it was the last. */
function authorizationRemoval({ root }: Manifest): Reason {
  const denies = root.at('spec.action').text === 'DENY' || root.list('spec.rules').length === 0;
  return {
    class: 'dangerous',
    hazard: 'removed deny',
    sentence: denies ? 'What it denied is allowed.' : 'Pods that no other policy chooses take requests of everybody.',
  };
}
