import type { OperatorName } from '#catalog/operators/index.ts';
import type { IgnoredDifference } from '../lib/argo.ts';

/** A field of our objects that an operator writes, so that Argo CD must neither report nor revert it. */
export interface WriteBack extends IgnoredDifference {
  /** Who writes it. */
  readonly by: OperatorName | 'Kubernetes';
  /** The Application that has the object, where only that one is meant. */
  readonly of?: OperatorName;
  /** Only where one of these kinds is in the same Application. */
  readonly beside?: readonly string[];
  readonly why: string;
}

const AUTOSCALERS = ['autoscaling/HorizontalPodAutoscaler', 'keda.sh/ScaledObject'];

const WEBHOOKS = 'admissionregistration.k8s.io';
const authorityOf = (kind: string, by: OperatorName, of: OperatorName): WriteBack => ({
  by,
  of,
  group: WEBHOOKS,
  kind,
  jqPathExpressions: ['.webhooks[].clientConfig.caBundle'],
  why: 'the authority of the certificate, which is made in the cluster',
});

const AUTHORITIES = [
  ['ValidatingWebhookConfiguration', 'cert-manager', 'cert-manager'],
  ['MutatingWebhookConfiguration', 'cert-manager', 'cert-manager'],
  ['ValidatingWebhookConfiguration', 'cert-manager', 'aws-load-balancer-controller'],
  ['MutatingWebhookConfiguration', 'cert-manager', 'aws-load-balancer-controller'],
  ['ValidatingWebhookConfiguration', 'cert-manager', 'chaos-mesh'],
  ['MutatingWebhookConfiguration', 'cert-manager', 'chaos-mesh'],
  ['ValidatingWebhookConfiguration', 'external-secrets', 'external-secrets'],
  ['ValidatingWebhookConfiguration', 'keda', 'keda'],
  ['ValidatingWebhookConfiguration', 'cloudnative-pg', 'cloudnative-pg'],
  ['MutatingWebhookConfiguration', 'cloudnative-pg', 'cloudnative-pg'],
  ['ValidatingWebhookConfiguration', 'istiod', 'istio-base'],
  ['ValidatingWebhookConfiguration', 'istiod', 'istiod'],
  ['MutatingWebhookConfiguration', 'istiod', 'istiod'],
] as const satisfies readonly (readonly [kind: string, by: OperatorName, of: OperatorName])[];

export const WRITE_BACKS: readonly WriteBack[] = [
  ...AUTHORITIES.map(([kind, by, of]) => authorityOf(kind, by, of)),
  {
    by: 'istiod',
    of: 'istio-base',
    group: WEBHOOKS,
    kind: 'ValidatingWebhookConfiguration',
    jqPathExpressions: ['.webhooks[].failurePolicy'],
    why: 'it lets everything pass until istiod is there to judge',
  },
  {
    by: 'keda',
    of: 'keda',
    group: 'apiregistration.k8s.io',
    kind: 'APIService',
    jqPathExpressions: ['.spec.caBundle'],
    why: 'the authority of the certificate, which is made in the cluster',
  },
  {
    by: 'Kubernetes',
    group: 'apps',
    kind: 'Deployment',
    jqPathExpressions: ['.spec.replicas'],
    beside: AUTOSCALERS,
    why: 'an autoscaler decides how many there are',
  },
  {
    by: 'Kubernetes',
    group: 'argoproj.io',
    kind: 'Rollout',
    jqPathExpressions: ['.spec.replicas'],
    beside: AUTOSCALERS,
    why: 'an autoscaler decides how many there are',
  },
  {
    by: 'argo-rollouts',
    group: 'networking.istio.io',
    kind: 'VirtualService',
    jqPathExpressions: ['.spec.http[]?.route[]?.weight'],
    why: 'the share of traffic of a step',
  },
  {
    by: 'argo-rollouts',
    group: '',
    kind: 'Service',
    jqPathExpressions: ['.spec.selector."rollouts-pod-template-hash"'],
    beside: ['argoproj.io/Rollout'],
    why: 'which of two revisions people see',
  },
  {
    by: 'argo-rollouts',
    group: 'networking.istio.io',
    kind: 'DestinationRule',
    jqPathExpressions: ['.spec.subsets[]?.labels."rollouts-pod-template-hash"'],
    why: 'which pods are the new ones',
  },
];

const toIgnored = ({ group, kind, name, jqPathExpressions }: WriteBack): IgnoredDifference => ({
  group,
  kind,
  ...(name ? { name } : {}),
  jqPathExpressions,
});

/** What to leave out for an operator's own objects. */
export const ignoredOf = (operator: string): readonly IgnoredDifference[] =>
  WRITE_BACKS.filter(({ of }) => of === operator).map(toIgnored);

/** What to leave out for objects of these kinds, given as `group/kind`. */
export const ignoredAmong = (kinds: ReadonlySet<string>): readonly IgnoredDifference[] =>
  WRITE_BACKS.filter(
    ({ of, group, kind, beside }) =>
      of === undefined && kinds.has(`${group}/${kind}`) && (beside?.some((other) => kinds.has(other)) ?? true),
  ).map(toIgnored);
