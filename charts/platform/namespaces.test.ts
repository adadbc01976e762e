import { describe, expect, test } from '@jest/globals';
import { catalog } from '#catalog/index.ts';
import { at, ENVIRONMENTS, ofKind, textsAt, yamlOf } from '#tests/support/charts.ts';

describe.each(ENVIRONMENTS)('the namespaces of %s', (environment) => {
  const namespace = (name: string) => ofKind(environment, 'Namespace').find(({ metadata }) => metadata.name === name);

  test('enforce the Pod Security level of the catalog, and say why where it is not restricted', () => {
    for (const { name, podSecurity, ...rest } of catalog.namespaces) {
      const labels = textsAt(namespace(name), 'metadata', 'labels');
      expect(labels['pod-security.kubernetes.io/enforce']).toBe(podSecurity);
      expect(labels['pod-security.kubernetes.io/enforce-version']).toBe('v1.35');
      const reason = namespace(name)?.metadata.annotations?.['gamemetrics/pod-security-reason'];
      expect(reason).toBe(podSecurity === 'restricted' ? undefined : rest.reason);
    }
  });

  test('are in the mesh where the catalog says so', () => {
    for (const { name, istioInjection } of catalog.namespaces)
      expect(textsAt(namespace(name), 'metadata', 'labels')['istio-injection']).toBe(
        istioInjection === 'who asks' ? undefined : istioInjection ? 'enabled' : 'disabled',
      );
  });

  test('are bounded by the quota of the catalog', () => {
    for (const { name, quota } of catalog.namespaces) {
      const found = ofKind(environment, 'ResourceQuota').find(({ metadata }) => metadata.namespace === name);
      expect(at(found, 'spec', 'hard')).toEqual({
        'requests.cpu': `${quota.cpuMillis}m`,
        'requests.memory': `${quota.memoryMiB}Mi`,
        pods: String(quota.pods),
      });
    }
  });

  test('deny all traffic in both directions to pods that no policy allows anything', () => {
    const deny = ofKind(environment, 'NetworkPolicy').filter(({ metadata }) => metadata.name === 'default-deny');
    expect(deny).toHaveLength(catalog.namespaces.length);
    for (const policy of deny) expect(policy.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  test('outlive a mistake in Git exactly where data is retained', () => {
    const kept = catalog.environments.find(({ name }) => name === environment)?.retainData;
    for (const { metadata } of ['Namespace', 'Kafka', 'KafkaNodePool', 'KafkaTopic'].flatMap((kind) =>
      ofKind(environment, kind),
    ))
      expect(metadata.annotations?.['argocd.argoproj.io/sync-options']).toBe(
        kept ? 'Prune=false,Delete=false' : undefined,
      );
  });
});

test('the namespaces of dev read like this', () => {
  expect(yamlOf('dev', 'namespaces', 'Namespace')).toMatchSnapshot();
});

test('bounds, storage classes and priority classes of prod read like this', () => {
  expect(yamlOf('prod', 'classes')).toMatchSnapshot();
});
