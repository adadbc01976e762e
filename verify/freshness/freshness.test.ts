import { describe, expect, test } from '@jest/globals';
import { NEXT_KUBERNETES_VERSION } from '#catalog/environments/index.ts';
import { catalog } from '#catalog/index.ts';
import { Draft, outputOf, set } from '#tests/support/output.ts';
import { libraryOf, THING, thing } from '#tests/support/schemas.ts';
import { freshness } from '../checks/freshness.ts';
import { createValidator } from '../schemas/validator.ts';
import { toManifest } from '../tree/manifest.ts';
import { Tree } from '../tree/tree.ts';
import { uses } from './find.ts';
import { retirements } from './table.ts';

const METADATA = { name: 'old', namespace: 'gamemetrics' };
const object = (apiVersion: string, kind: string, rest: object = {}) => ({
  apiVersion,
  kind,
  metadata: METADATA,
  ...rest,
});
const pod = (spec: object, annotations: object = {}) =>
  object('apps/v1', 'Deployment', { spec: { template: { metadata: { annotations }, spec } } });
const annotated = (annotations: object) => object('v1', 'Service', { metadata: { ...METADATA, annotations } });

/** One object for each row of the table, and two where a row speaks of several things. */
const retired: readonly object[] = [
  object('v1', 'Endpoints'),
  object('v1', 'ComponentStatus'),
  object('v1', 'Service', { spec: { externalIPs: ['192.0.2.1'], loadBalancerIP: '192.0.2.1' } }),
  pod({ serviceAccount: 'a' }),
  pod({ volumes: [{ name: 'a', gitRepo: {} }] }),
  pod({ volumes: [{ name: 'a', awsElasticBlockStore: {} }] }),
  pod({}, { 'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default' }),
  pod({}, { 'container.apparmor.security.beta.kubernetes.io/a': 'unconfined' }),
  pod({}, { 'scheduler.alpha.kubernetes.io/critical-pod': '' }),
  annotated({ 'kubernetes.io/ingress.class': 'alb' }),
  pod({ nodeSelector: { 'beta.kubernetes.io/arch': 'arm64' } }),
  pod({ topologySpreadConstraints: [{ topologyKey: 'failure-domain.beta.kubernetes.io/zone' }] }),
  object('storage.k8s.io/v1', 'StorageClass', { provisioner: 'kubernetes.io/aws-ebs' }),
  object('policy/v1beta1', 'PodDisruptionBudget'),
  object('kafka.strimzi.io/v1beta2', 'Kafka'),
  object('networking.istio.io/v1beta1', 'VirtualService'),
  pod({}, { 'sidecar.istio.io/inject': 'false' }),
  object('kyverno.io/v1', 'ClusterPolicy'),
  object('external-secrets.io/v1beta1', 'ExternalSecret'),
  object('opentelemetry.io/v1alpha1', 'OpenTelemetryCollector'),
  object('cert-manager.io/v1alpha2', 'Certificate'),
  object('postgresql.cnpg.io/v1', 'Cluster', {
    spec: {
      backup: { barmanObjectStore: {} },
      externalClusters: [{ barmanObjectStore: {} }],
      monitoring: { enablePodMonitor: true },
    },
  }),
  object('monitoring.coreos.com/v1', 'ServiceMonitor', { spec: { endpoints: [{ bearerTokenFile: '/token' }] } }),
  object('monitoring.coreos.com/v1', 'PodMonitor', { spec: { podMetricsEndpoints: [{ targetPort: 9404 }] } }),
  object('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', { spec: { updatePolicy: { updateMode: 'Auto' } } }),
];

const manifestOf = (value: object) => {
  const made = toManifest(value as Readonly<Record<string, unknown>>, {
    environment: 'dev',
    file: 'old.yaml',
    index: 0,
  });
  if ('lacks' in made) throw new Error(`The object lacks ${made.lacks}.`);
  return made;
};

describe('freshness', () => {
  test.each(['dev', 'staging', 'prod'] as const)('has nothing to say of %s', async (environment) => {
    expect(freshness.run(await outputOf(environment), { catalog }).problems).toEqual([]);
  });

  test.each(retirements.map((row) => ({ row, what: `${row.kind.source} ${row.field ?? row.api.source}` })))(
    'notices what is retired: $what, with its source',
    ({ row }) => {
      const found = retired.map(manifestOf).filter((manifest) => uses(manifest, row).length > 0);
      expect(found).not.toEqual([]);
      expect(row.source).not.toBe('');
    },
  );

  test('says since when, until when, by whom and what instead', async () => {
    const draft = new Draft(await outputOf('dev'));
    draft.set('Service analytics-api', 'spec.externalIPs', ['192.0.2.1']);
    expect(freshness.run(draft.tree, { catalog }).problems).toEqual([
      expect.objectContaining({
        object: 'Service gamemetrics/analytics-api',
        path: 'spec.externalIPs',
        rule: 'deprecated since 1.36, gone in 1.43 (Kubernetes blog, «Kubernetes v1.36 sneak peek»; KEP-5707)',
        fix: 'Use type LoadBalancer or a Gateway',
      }),
    ]);
  });

  test('notices a cluster of another version than the one that objects were judged by', async () => {
    const draft = new Draft(await outputOf('dev'));
    draft.changeResources('AWS::EKS::Cluster', (properties) => set(properties, 'Version', '1.33'));
    const { problems } = freshness.run(draft.tree, { catalog });
    expect(problems.map(({ path, value }) => [path.split('.').at(-1), value])).toEqual([['Version', '1.33']]);
  });

  test('notices what the next version of Kubernetes does not take any more', async () => {
    const now = libraryOf({});
    const next = { ...now, kubernetes: { ...now.kubernetes, byKind: new Map<string, string>() } };
    const [key = ''] = now.kubernetes.byKind.keys();
    const [group, version, kind = ''] = key.split('/');
    const manifest = manifestOf(object(group ? `${group}/${version}` : `${version}`, kind));
    const { environment } = await outputOf('dev');
    const tree = new Tree({ environment, manifests: [manifest] });
    const { problems } = freshness.run(tree, {
      catalog,
      schemas: { library: now, validator: createValidator(now) },
      next: { library: next, validator: createValidator(next) },
    });
    expect(problems.map(({ rule }) => rule)).toEqual([
      `Kubernetes ${NEXT_KUBERNETES_VERSION} does not serve this kind any more`,
    ]);
  });

  test('believes a definition that calls its version deprecated', async () => {
    const deprecated = new Map([[THING, 'use v2']]);
    const things = { ...libraryOf({ [THING]: thing({}) }), deprecated };
    const { environment } = await outputOf('dev');
    const tree = new Tree({ environment, manifests: [manifestOf(object('example.org/v1', 'Thing'))] });
    const { problems } = freshness.run(tree, {
      catalog,
      schemas: { library: things, validator: createValidator(things) },
    });
    expect(problems.map(({ rule }) => rule)).toEqual(['the cluster calls this version deprecated: use v2']);
  });
});
