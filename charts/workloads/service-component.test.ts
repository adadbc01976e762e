import { describe, expect, test } from '@jest/globals';
import { catalog, MANAGEMENT_PORT, type Service } from '#catalog/index.ts';
import {
  at,
  compose,
  ENVIRONMENTS,
  listAt,
  platformOf,
  runnerIn,
  textsAt,
  theObject,
  yamlOf,
} from '#tests/support/charts.ts';

const cases = ENVIRONMENTS.flatMap((environment) => catalog.services.map((service) => [environment, service] as const));

describe.each(cases)('in %s', (environment, service: Service) => {
  const deployment = runnerIn(environment, service.name);
  const pod = at(deployment, 'spec', 'template', 'spec');
  const [container] = listAt(pod, 'containers');

  test(`${service.name} runs restricted, without a token of the cluster, on a read-only file system`, () => {
    expect(pod).toMatchObject({
      serviceAccountName: service.name,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(at(container, 'securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
    });
    const writable = listAt(container, 'volumeMounts').filter((mount) => at(mount, 'readOnly') !== true);
    expect(writable).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
    expect(listAt(container, 'volumeMounts').map((mount) => at(mount, 'name'))).toEqual(
      listAt(pod, 'volumes').map((volume) => at(volume, 'name')),
    );
  });

  test(`${service.name} is probed on its management port, and stops in peace`, () => {
    const paths = { startupProbe: '/health/live', livenessProbe: '/health/live', readinessProbe: '/health/ready' };
    for (const [probe, path] of Object.entries(paths))
      expect(at(container, probe, 'httpGet')).toEqual({ path, port: MANAGEMENT_PORT });
    const sleep = Number(at(container, 'lifecycle', 'preStop', 'sleep', 'seconds'));
    expect(sleep).toBeGreaterThan(0);
    // 25 s is what a process takes at most to drain.
    expect(at(pod, 'terminationGracePeriodSeconds')).toBeGreaterThan(sleep + 25);
  });

  test(`${service.name} has the resources of the catalog, with memory as a limit`, () => {
    const { cpuMillis, memoryMiB } = service.resources;
    expect(at(container, 'resources')).toEqual({
      requests: { cpu: `${cpuMillis}m`, memory: `${memoryMiB}Mi` },
      limits: { memory: `${memoryMiB}Mi` },
    });
    expect(at(pod, 'priorityClassName')).toBe(`gamemetrics-${service.priority}`);
  });

  test(`the labels of ${service.name}'s pods are what runs it, its Service, budget and monitor select`, () => {
    const labels = textsAt(deployment, 'spec', 'template', 'metadata', 'labels');
    const selector = { 'app.kubernetes.io/name': service.name };
    expect(labels).toMatchObject(selector);
    expect(at(deployment, 'spec', 'selector', 'matchLabels')).toEqual(selector);
    const found = theObject(environment, 'Service', service.name);
    expect(at(found, 'spec', 'selector')).toEqual(selector);
    expect(found.metadata.labels).toMatchObject(selector);
    expect(at(theObject(environment, 'ServiceMonitor', service.name), 'spec', 'selector')).toEqual({
      matchLabels: selector,
    });
  });

  test(`${service.name} opens every port of the catalog under its name, and its Service leads there`, () => {
    const declared = Object.entries(service.ports).map(([name, { number }]) => [name, number]);
    expect(listAt(container, 'ports').map((port) => [at(port, 'name'), at(port, 'containerPort')])).toEqual(declared);
    const ports = listAt(theObject(environment, 'Service', service.name), 'spec', 'ports');
    expect(ports.map((port) => [at(port, 'targetPort'), at(port, 'port')])).toEqual(declared);
  });

  test(`${service.name} spreads over zones, then over hosts`, () => {
    const constraints = listAt(pod, 'topologySpreadConstraints');
    expect(constraints.map((one) => [at(one, 'topologyKey'), at(one, 'whenUnsatisfiable')])).toEqual([
      ['topology.kubernetes.io/zone', environment === 'prod' ? 'DoNotSchedule' : 'ScheduleAnyway'],
      ['kubernetes.io/hostname', 'ScheduleAnyway'],
    ]);
  });
});

test('pods change when their configuration changes, and only then', () => {
  const annotation = (changes: Parameters<typeof platformOf>[1]) => {
    const manifests = compose(platformOf('dev', changes)).get('analytics-api') ?? [];
    const deployment = manifests.find(({ kind }) => kind === 'Rollout');
    return textsAt(deployment, 'spec', 'template', 'metadata', 'annotations')['gamemetrics/configuration'];
  };
  const before = annotation({});
  const { environment } = platformOf('dev');
  expect(annotation({ images: { 'analytics-api': `sha256:${'b'.repeat(64)}` } })).toBe(before);
  expect(annotation({ environment: { ...environment, logLevel: 'info' } })).not.toBe(before);
});

test('the least service, admin-dashboard in dev, reads like this', () => {
  expect(
    yamlOf('dev', 'admin-dashboard', 'ServiceAccount', 'Rollout', 'AnalysisTemplate', 'Service'),
  ).toMatchSnapshot();
});

test('what the most service, event-ingestion-service in prod, has beyond that reads like this', () => {
  const kinds = ['ConfigMap', 'ExternalSecret', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'ServiceMonitor'];
  expect(yamlOf('prod', 'event-ingestion-service', ...kinds)).toMatchSnapshot();
});
