import { describe, expect, test } from '@jest/globals';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { type Manifest, toManifest } from '../../tree/manifest.ts';
import { Tree } from '../../tree/tree.ts';
import { worst } from '../model.ts';
import { kubernetesChanges } from './index.ts';

type Fields = Readonly<Record<string, unknown>>;

const object = (
  apiVersion: string,
  kind: string,
  { metadata = {}, ...rest }: Fields & { readonly metadata?: Fields } = {},
): Fields => ({
  apiVersion,
  kind,
  metadata: { name: 'one', namespace: 'gamemetrics', ...metadata },
  ...rest,
});

const manifest = (fields: Fields): Manifest => {
  const made = toManifest(fields, { environment: 'dev', file: 'gitops/one.yaml', index: 0 });
  if ('lacks' in made) throw new Error(`The object lacks ${made.lacks}.`);
  return made;
};

const treeOf = (objects: readonly Fields[]): Tree =>
  new Tree({ environment: environmentNamed(catalog, 'dev'), manifests: objects.map(manifest) });

/** `class hazard`, worst first, of one object that was or is. */
const verdict = (before: Fields | undefined, after: Fields | undefined, beside: readonly Fields[] = []): string => {
  const list = (one: Fields | undefined) => treeOf(one ? [one, ...beside] : beside);
  const changes = kubernetesChanges(list(before), list(after));
  const name = worst(changes.map((change) => change.class));
  const hazards = changes.flatMap(({ reasons }) => reasons.filter((reason) => reason.class === name));
  return `${name} ${[...new Set(hazards.map(({ hazard }) => hazard))].join(', ')}`;
};

const spec = (apiVersion: string, kind: string, fields: Fields): Fields => object(apiVersion, kind, { spec: fields });

const policy = (fields: Fields, name = 'one'): Fields =>
  object('networking.k8s.io/v1', 'NetworkPolicy', { spec: fields, metadata: { name } });
const denyAll = policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, 'default-deny');
const allowOne = policy({
  podSelector: { matchLabels: { a: 'b' } },
  policyTypes: ['Ingress'],
  ingress: [{ from: [{ podSelector: { matchLabels: { c: 'd' } } }] }],
});

describe('what is removed', () => {
  test.each([
    ['a namespace', object('v1', 'Namespace'), 'dangerous data loss'],
    ['a claim', object('v1', 'PersistentVolumeClaim'), 'dangerous data loss'],
    ['a database', spec('postgresql.cnpg.io/v1', 'Cluster', { instances: 2 }), 'dangerous data loss'],
    ['a schedule of backups', object('velero.io/v1', 'Schedule'), 'dangerous data loss'],
    ['strict mTLS', object('security.istio.io/v1', 'PeerAuthentication'), 'dangerous removed deny'],
    ['a policy of admission', object('policies.kyverno.io/v1', 'ValidatingPolicy'), 'dangerous removed deny'],
    ['the denial of requests', spec('security.istio.io/v1', 'AuthorizationPolicy', {}), 'dangerous removed deny'],
    ['a limit', object('v1', 'LimitRange'), 'dangerous removed deny'],
    ['an autoscaler', object('autoscaling/v2', 'HorizontalPodAutoscaler'), 'disruptive lost replica'],
    ['a deployment', object('apps/v1', 'Deployment'), 'disruptive removal'],
  ] as const)('%s is %s', (_, before, expected) => {
    expect(verdict(before, undefined)).toBe(expected);
  });

  test('a policy that allows is disruptive where another denies by default, and dangerous where none does', () => {
    expect(verdict(allowOne, undefined, [denyAll])).toBe('disruptive access lost');
    expect(verdict(allowOne, undefined)).toBe('dangerous removed deny');
  });

  test('an object that Argo CD may not prune stays in the cluster', () => {
    const kept = object('v1', 'Namespace', {
      metadata: { annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' } },
    });
    expect(verdict(kept, undefined)).toBe('disruptive removal');
  });
});

describe('what is added', () => {
  const ingress = (scheme: string): Fields =>
    object('networking.k8s.io/v1', 'Ingress', {
      spec: {},
      metadata: { annotations: { 'alb.ingress.kubernetes.io/scheme': scheme } },
    });
  const pod = (fields: Fields): Fields => spec('apps/v1', 'Deployment', { template: { spec: fields } });

  test.each([
    ['a load balancer for everybody', ingress('internet-facing'), 'dangerous public exposure'],
    ['a load balancer for the VPC', ingress('internal'), 'safe none'],
    ['a policy with a way for named pods', allowOne, 'safe none'],
    [
      'a policy for everybody',
      policy({ podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] }),
      'dangerous public exposure',
    ],
    ['a workload on the network of the node', pod({ hostNetwork: true, containers: [] }), 'dangerous privilege gain'],
    [
      'a workload that reads the node',
      pod({ volumes: [{ name: 'a', hostPath: { path: '/etc' } }], containers: [] }),
      'dangerous privilege gain',
    ],
    ['a workload', pod({ containers: [{ name: 'a' }] }), 'safe none'],
    ['a namespace that takes everything', object('v1', 'Namespace'), 'dangerous privilege gain'],
  ] as const)('%s is %s', (_, after, expected) => {
    expect(verdict(undefined, after)).toBe(expected);
  });

  test('a user of Kafka is safe with exact rights, and dangerous with all of them', () => {
    const user = (name: string, operations: readonly string[]): Fields =>
      spec('kafka.strimzi.io/v1', 'KafkaUser', {
        authorization: { acls: [{ operations, resource: { type: 'topic', name } }] },
      });
    expect(verdict(undefined, user('player.events.raw', ['Read']))).toBe('safe none');
    expect(verdict(undefined, user('*', ['Read']))).toBe('dangerous privilege gain');
    expect(verdict(undefined, user('player.events.raw', ['All']))).toBe('dangerous privilege gain');
  });
});

describe('what changes', () => {
  const pairs = [
    [
      'mTLS that takes connections in the clear',
      'security.istio.io/v1',
      'PeerAuthentication',
      { mtls: { mode: 'STRICT' } },
      { mtls: { mode: 'PERMISSIVE' } },
      'dangerous removed deny',
    ],
    [
      'a policy of admission that only warns',
      'policies.kyverno.io/v1',
      'ValidatingPolicy',
      { validationActions: ['Deny'] },
      { validationActions: ['Audit'] },
      'dangerous removed deny',
    ],
    [
      'a rule that allows more requests',
      'security.istio.io/v1',
      'AuthorizationPolicy',
      { rules: [{ from: [1] }] },
      { rules: [{ from: [1] }, {}] },
      'dangerous privilege gain',
    ],
    [
      'a rule that denies fewer requests',
      'security.istio.io/v1',
      'AuthorizationPolicy',
      { action: 'DENY', rules: [{ to: [1] }] },
      { action: 'DENY', rules: [] },
      'dangerous removed deny',
    ],
    [
      'a database with fewer standbys',
      'postgresql.cnpg.io/v1',
      'Cluster',
      { instances: 2 },
      { instances: 1 },
      'disruptive lost replica',
    ],
    [
      'a database of an older release',
      'postgresql.cnpg.io/v1',
      'Cluster',
      { imageName: 'x:18.1' },
      { imageName: 'x:17.6' },
      'dangerous downgrade',
    ],
    ['a database without backups', 'postgresql.cnpg.io/v1', 'Cluster', { backup: {} }, {}, 'dangerous data loss'],
    [
      'a claim that shrinks',
      'v1',
      'PersistentVolumeClaim',
      { resources: { requests: { storage: '20Gi' } } },
      { resources: { requests: { storage: '5Gi' } } },
      'dangerous data loss',
    ],
    [
      'a claim that grows',
      'v1',
      'PersistentVolumeClaim',
      { resources: { requests: { storage: '5Gi' } } },
      { resources: { requests: { storage: '20Gi' } } },
      'safe none',
    ],
    [
      'a budget of disruption that bears more',
      'policy/v1',
      'PodDisruptionBudget',
      { minAvailable: 2 },
      { minAvailable: 1 },
      'disruptive lost replica',
    ],
    [
      'a user of Kafka whose prefix covers what it read by name',
      'kafka.strimzi.io/v1',
      'KafkaUser',
      acl('a.b', 'literal'),
      acl('a', 'prefix'),
      'dangerous privilege gain',
    ],
    [
      'a user of Kafka whose prefix becomes a name',
      'kafka.strimzi.io/v1',
      'KafkaUser',
      acl('a', 'prefix'),
      acl('a.b', 'literal'),
      'disruptive access lost',
    ],
    ['a quota', 'v1', 'ResourceQuota', { hard: { pods: 10 } }, { hard: { pods: 5 } }, 'disruptive restart'],
    [
      'a selector of a workload',
      'apps/v1',
      'Deployment',
      { selector: { a: 1 } },
      { selector: { a: 2 } },
      'disruptive replacement',
    ],
  ] as const;

  function acl(name: string, patternType: string): Fields {
    return { authorization: { acls: [{ operations: ['Read'], resource: { type: 'topic', name, patternType } }] } };
  }

  test.each(
    pairs.map(([says, apiVersion, kind, before, after, expected]) => ({
      says,
      apiVersion,
      kind,
      before,
      after,
      expected,
    })),
  )('$says is $expected', ({ apiVersion, kind, before, after, expected }) => {
    expect(verdict(spec(apiVersion, kind, before), spec(apiVersion, kind, after))).toBe(expected);
  });
});
