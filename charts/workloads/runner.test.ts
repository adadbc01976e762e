import { describe, expect, test } from '@jest/globals';
import { parser } from '@prometheus-io/lezer-promql';
import { catalog, replicaRange } from '#catalog/index.ts';
import { HTTP_DURATION } from '#catalog/queries.ts';
import { strategyOf } from '#catalog/rollouts.ts';
import { httpMetrics } from '#kit/http/metrics.ts';
import { at, ENVIRONMENTS, listAt, runnerIn, textsAt, theObject } from '#tests/support/charts.ts';

const byStrategy = (strategy: string) => catalog.services.filter((service) => strategyOf(service) === strategy);
const queriesOf = (service: string): readonly string[] =>
  listAt(theObject('prod', 'AnalysisTemplate', `${service}-objectives`), 'spec', 'metrics').map((metric) =>
    String(at(metric, 'provider', 'prometheus', 'query')).replaceAll('{{args.revision}}', '5d4f'),
  );

/** Names of the metrics in a query, by its syntax tree; throws where it does not parse. */
function metricsIn(query: string): readonly string[] {
  const found: string[] = [];
  parser.parse(query).iterate({
    enter: (node) => {
      if (node.type.isError) throw new SyntaxError(`«${query}» does not parse at ${node.from}.`);
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector')
        found.push(query.slice(node.from, node.to));
    },
  });
  return found;
}

test('a query with a mistake in it does not parse', () => {
  expect(() => metricsIn('sum(rate(requests_total[5m]')).toThrow('does not parse');
});

test('the dashboard changes at once, services with objectives step by step, the others pod by pod', () => {
  expect(byStrategy('blue-green').map(({ name }) => name)).toEqual(['admin-dashboard']);
  expect(byStrategy('canary').map(({ name }) => name)).toEqual(
    expect.arrayContaining(['event-ingestion-service', 'event-processor-service', 'analytics-api', 'user-service']),
  );
  for (const { objectives, name } of byStrategy('rolling')) {
    expect(objectives).toEqual([]);
    expect(runnerIn('prod', name).kind).toBe('Deployment');
  }
});

describe.each([...byStrategy('canary'), ...byStrategy('blue-green')])('a rollout of $name', (service) => {
  test('is judged by each objective of the service, in PromQL that parses', () => {
    expect(queriesOf(service.name)).toHaveLength(service.objectives.length);
    for (const query of queriesOf(service.name)) expect(metricsIn(query)).toHaveLength(2);
  });

  test('asks for metrics that the service exports, with buckets that the histogram has', () => {
    const exported = [...httpMetrics, ...service.metrics].flatMap((metric) => {
      const parts = metric.type === 'histogram' ? ['_bucket', '_count', '_sum'] : [''];
      return parts.map((part) => `${metric.name}${part}`);
    });
    for (const query of queriesOf(service.name)) {
      for (const metric of metricsIn(query)) expect(exported).toContain(metric);
      const [, bound] = /le="([^"]+)"/.exec(query) ?? [];
      const asked = metricsIn(query)[0]?.replace(/_bucket$/, '');
      const histogram = [...httpMetrics, ...service.metrics].find(({ name }) => name === asked);
      if (bound) expect(histogram && 'buckets' in histogram ? histogram.buckets : []).toContain(Number(bound));
    }
  });

  test('asks the new pods alone', () => {
    for (const query of queriesOf(service.name))
      expect(query.match(new RegExp(`pod=~"${service.name}-5d4f-\\.\\*"`, 'g'))).toHaveLength(2);
  });
});

test('objectives over HTTP are asked of the histogram that kit exports', () => {
  expect(httpMetrics.map(({ name }) => name)).toContain(HTTP_DURATION);
});

test.each(ENVIRONMENTS)('in %s weights of a canary rise and end below everybody', (environment) => {
  for (const { name } of byStrategy('canary')) {
    const steps = listAt(runnerIn(environment, name), 'spec', 'strategy', 'canary', 'steps');
    const weights = steps.flatMap((step) => at(step, 'setWeight') ?? []).map(Number);
    expect(weights).toEqual([...weights].sort((a, b) => a - b));
    expect(Math.max(...weights)).toBeLessThanOrEqual(50);
    expect(steps.length).toBe(weights.length * 2);
  }
});

test('all requests go to the stable revision until a rollout says otherwise', () => {
  const routes = listAt(theObject('prod', 'VirtualService', 'analytics-api'), 'spec', 'http');
  expect(routes.map((route) => at(route, 'name'))).toEqual(
    listAt(
      runnerIn('prod', 'analytics-api'),
      'spec',
      'strategy',
      'canary',
      'trafficRouting',
      'istio',
      'virtualService',
      'routes',
    ),
  );
  for (const route of routes)
    expect(listAt(route, 'route').map((one) => [at(one, 'destination', 'subset'), at(one, 'weight')])).toEqual([
      ['stable', 100],
      ['canary', 0],
    ]);
});

test('pods of one revision are spread by themselves, by the label of what runs them', () => {
  for (const service of catalog.services) {
    const { kind } = runnerIn('prod', service.name);
    const spread = listAt(runnerIn('prod', service.name), 'spec', 'template', 'spec', 'topologySpreadConstraints');
    const label = kind === 'Rollout' ? 'rollouts-pod-template-hash' : 'pod-template-hash';
    for (const one of spread) expect(listAt(one, 'matchLabelKeys')).toEqual([label]);
  }
});

test('a recommendation is made for what runs each service, and followed by people only', () => {
  for (const service of catalog.services) {
    const { spec } = theObject('prod', 'VerticalPodAutoscaler', service.name);
    const { kind, apiVersion } = runnerIn('prod', service.name);
    expect(spec).toEqual({ targetRef: { apiVersion, kind, name: service.name }, updatePolicy: { updateMode: 'Off' } });
  }
});

test('players come by a load balancer of their own to the game ports, and to no other', () => {
  const game = theObject('prod', 'Service', 'regional-node-game');
  expect(listAt(game, 'spec', 'ports').map((port) => at(port, 'port'))).toEqual([7000, 7001, 7002]);
  expect(textsAt(game, 'metadata', 'annotations')['external-dns.alpha.kubernetes.io/hostname']).toBe(
    'play.gamemetrics.example',
  );
});

test('a canary of the smallest service still leaves the stable revision running', () => {
  for (const { scaling } of byStrategy('canary')) expect(replicaRange(scaling).min).toBeGreaterThanOrEqual(2);
});
