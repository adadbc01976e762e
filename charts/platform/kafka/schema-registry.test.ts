import { describe, expect, test } from '@jest/globals';
import { events } from '#catalog/events/index.ts';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { at, componentsIn, ENVIRONMENTS, listAt, textsAt, theObject, yamlOf } from '#tests/support/charts.ts';

const POD = ['spec', 'template', 'spec'] as const;

describe.each(ENVIRONMENTS)('the schema registry of %s', (environment) => {
  const { replicas, kafka } = environmentNamed(catalog, environment);
  const registry = theObject(environment, 'Deployment', 'schema-registry');
  const job = theObject(environment, 'Job', 'schema-publication');
  const settings = textsAt(theObject(environment, 'ConfigMap', 'schema-registry'), 'data')['registry.properties'] ?? '';

  test('keeps its schemas in a topic for ever, as safe as the events', () => {
    expect(settings).toContain('apicurio.storage.kind=kafkasql\n');
    expect(settings).toContain('apicurio.kafkasql.topic=schema-registry.journal\n');
    expect(settings).toContain('apicurio.kafkasql.topic.auto-create=false\n');
    expect(theObject(environment, 'KafkaTopic', 'schema-registry.journal').spec).toMatchObject({
      partitions: 1,
      replicas: kafka.replicationFactor,
      config: { 'cleanup.policy': 'delete', 'retention.ms': -1, 'min.insync.replicas': kafka.minInSyncReplicas },
    });
  });

  test('signs in to Kafka by SCRAM over TLS, and looks at the name in its certificate', () => {
    for (const line of [
      'security.protocol=SASL_SSL',
      'sasl.mechanism=SCRAM-SHA-512',
      'ssl.endpoint.identification.algorithm=https',
    ])
      expect(settings).toContain(`apicurio.kafka.common.${line}\n`);
    expect(settings).not.toMatch(/password/i);
  });

  test('may touch its own topics and groups, and no event', () => {
    const acls = listAt(theObject(environment, 'KafkaUser', 'schema-registry'), 'spec', 'authorization', 'acls');
    expect(acls.length).toBeGreaterThan(0);
    for (const acl of acls) expect(String(at(acl, 'resource', 'name'))).toMatch(/^schema-registry[.-]/);
  });

  test('has two replicas where one may be lost, and a budget then', () => {
    const full = replicas === 'full';
    expect(at(registry, 'spec', 'replicas')).toBe(full ? 2 : 1);
    const kinds = (componentsIn(environment).get('schema-registry') ?? []).map(({ kind }) => kind);
    expect(kinds.includes('PodDisruptionBudget')).toBe(full);
  });

  test('runs restricted, without a token of the cluster and from a pinned image, as does the job', () => {
    for (const workload of [registry, job]) {
      expect(at(workload, ...POD)).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      const [container] = listAt(workload, ...POD, 'containers');
      expect(container).toMatchObject({
        image: expect.stringMatching(/@sha256:[0-9a-f]{64}$/),
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        resources: { limits: { memory: expect.any(String) }, requests: { cpu: expect.any(String) } },
      });
    }
  });

  test('gets every schema of the catalog after each sync, by a job that is safe to repeat', () => {
    expect(job.metadata.annotations).toMatchObject({
      'argocd.argoproj.io/hook': 'PostSync',
      'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
    });
    const [container] = listAt(job, ...POD, 'containers');
    expect(at(container, 'args')).toEqual([
      '/app/publish-schemas.js',
      '--registry',
      'http://schema-registry.kafka.svc.cluster.local:8080',
      '--schemas',
      '/etc/schemas',
    ]);
    const schemas = Object.keys(textsAt(theObject(environment, 'ConfigMap', 'schema-publication'), 'data'));
    expect(schemas).toEqual(expect.arrayContaining(events.map(({ type, version }) => `${type}-${version}.json`)));
  });
});

test('the registry of dev reads like this', () => {
  expect(yamlOf('dev', 'schema-registry', 'Deployment', 'KafkaUser')).toMatchSnapshot();
});
