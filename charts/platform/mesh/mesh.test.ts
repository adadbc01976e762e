import { describe, expect, test } from '@jest/globals';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { declaredEdges, placeOf } from '#catalog/infrastructure.ts';
import { MESH_EXCEPTIONS, outsideUses, principalOf, publicRoutes, tokenCheckOf } from '#catalog/mesh.ts';
import { neighboursOf } from '#catalog/neighbours.ts';
import { at, ENVIRONMENTS, listAt, ofKind, runnerIn, textsAt, theObject, yamlOf } from '#tests/support/charts.ts';

describe.each(ENVIRONMENTS)('the mesh of %s', (environment) => {
  const { firewall } = environmentNamed(catalog, environment);

  test('encrypts everything: one STRICT rule for all, and none that is weaker', () => {
    const modes = ofKind(environment, 'PeerAuthentication').map(({ spec }) => at(spec, 'mtls', 'mode'));
    expect(modes).toEqual(['STRICT']);
  });

  test('allows nothing that no rule allows, and no rule is without a caller, a port and pods', () => {
    expect(theObject(environment, 'AuthorizationPolicy', 'allow-nothing').spec).toEqual({});
    for (const policy of ofKind(environment, 'AuthorizationPolicy').filter(
      ({ metadata }) => metadata.name !== 'allow-nothing',
    )) {
      expect(Object.keys(textsAt(policy, 'spec', 'selector', 'matchLabels'))).toHaveLength(1);
      for (const rule of listAt(policy, 'spec', 'rules')) {
        const source = at(rule, 'from', 0, 'source');
        expect([...listAt(source, 'principals'), ...listAt(source, 'ipBlocks')].length).toBeGreaterThan(0);
        expect(listAt(rule, 'to', 0, 'operation', 'ports')).toHaveLength(1);
        expect(JSON.stringify(rule)).not.toContain('"*"');
      }
    }
  });

  test('speaks TLS 1.3 and nothing older to the load balancer, which does the same to the world', () => {
    for (const server of ofKind(environment, 'Gateway').flatMap(({ spec }) => listAt(spec, 'servers')))
      expect(at(server, 'tls', 'minProtocolVersion')).toBe('TLSV1_3');
    const annotations = textsAt(theObject(environment, 'Ingress', 'public'), 'metadata', 'annotations');
    expect(annotations['alb.ingress.kubernetes.io/ssl-policy']).toBe('ELBSecurityPolicy-TLS13-1-3-2021-06');
    expect(annotations['alb.ingress.kubernetes.io/wafv2-acl-name']).toBe(
      firewall ? `gamemetrics-${environment}` : undefined,
    );
  });
});

test('whoever a service talks to is in the mesh, or a declared exception with a reason', () => {
  const environment = environmentNamed(catalog, 'prod');
  const exceptions = new Set(Object.keys(MESH_EXCEPTIONS));
  const ofServices = declaredEdges(catalog, environment).filter(
    ({ from, to }) => from.kind === 'service' || to.kind === 'service',
  );
  for (const party of ofServices.flatMap(({ from, to }) => [from, to])) {
    const engine = catalog.stores.find((store) => party.kind === 'store' && store.name === party.name)?.engine;
    const name = engine ?? (party.kind === 'kafka' ? 'kafka' : party.name);
    const place = placeOf(catalog, environment, party);
    const past = ['dns', 'istiod', 'pod-identity-agent'].includes(name);
    const isMember = place.kind === 'pods' && principalOf(catalog, party) !== undefined;
    expect({ name, known: past || exceptions.has(name) || isMember }).toEqual({ name, known: true });
  }
});

test('a service that answers without a token says why, and every other one demands it', () => {
  const checks = Object.fromEntries(catalog.services.map((service) => [service.name, tokenCheckOf(service)]));
  expect(checks).toMatchObject({
    'event-ingestion-service': 'none',
    'user-service': 'none',
    'admin-dashboard': 'none',
    'analytics-api': 'if present',
    'event-processor-service': 'required',
    'progression-service': 'required',
  });
  const demanding = theObject('prod', 'AuthorizationPolicy', 'allow-event-processor-service');
  const sources = listAt(demanding, 'spec', 'rules').map((rule) => at(rule, 'from', 0, 'source'));
  const dashboards = sources.filter((source) => JSON.stringify(source).includes('admin-dashboard'));
  expect(dashboards).toEqual([
    {
      principals: ['cluster.local/ns/gamemetrics/sa/admin-dashboard'],
      requestPrincipals: ['https://id.gamemetrics.example/*'],
    },
  ]);
});

test('the keys of the issuer are all that a verifier may ask it for', () => {
  const rules = listAt(theObject('prod', 'AuthorizationPolicy', 'allow-user-service'), 'spec', 'rules');
  const ofAnalytics = rules.filter((rule) => JSON.stringify(rule).includes('/sa/analytics-api'));
  expect(ofAnalytics.map((rule) => at(rule, 'to', 0, 'operation'))).toEqual([
    { ports: ['3004'], methods: ['GET'], paths: ['/oidc/jwks', '/oidc/jwks/*'] },
  ]);
});

test('Prometheus scrapes services as a member of the mesh, with the certificate that its proxy gets it', () => {
  const prometheus = theObject('prod', 'Prometheus', 'prometheus');
  const [mount] = listAt(prometheus, 'spec', 'volumeMounts');
  const folder = String(at(mount, 'mountPath'));
  const annotations = textsAt(prometheus, 'spec', 'podMetadata', 'annotations');
  expect(annotations['proxy.istio.io/config']).toContain(`OUTPUT_CERTS: ${folder}`);
  expect(textsAt(prometheus, 'spec', 'podMetadata', 'labels')).toEqual({ 'sidecar.istio.io/inject': 'true' });
  for (const { name } of catalog.services) {
    const [own, proxy] = listAt(theObject('prod', 'ServiceMonitor', name), 'spec', 'endpoints');
    expect(at(own, 'scheme')).toBe('https');
    expect(String(at(own, 'tlsConfig', 'certFile')).startsWith(`${folder}/`)).toBe(true);
    expect(at(proxy, 'path')).toBe('/stats/prometheus');
  }
});

test('proxies fetch the keys of the issuer themselves, because it lets in members of the mesh alone', () => {
  const values = at(theObject('prod', 'Application', 'operator-istiod'), 'spec', 'source', 'helm', 'valuesObject');
  expect(at(values, 'env')).toEqual({ PILOT_JWT_ENABLE_REMOTE_JWKS: 'envoy' });
  expect(at(values, 'meshConfig', 'outboundTrafficPolicy')).toEqual({ mode: 'REGISTRY_ONLY' });
});

test('players reach the game ports past the proxy, and no other port is left out', () => {
  const annotations = (name: string) => textsAt(runnerIn('prod', name), 'spec', 'template', 'metadata', 'annotations');
  const excluded = 'traffic.sidecar.istio.io/excludeInboundPorts';
  expect(annotations('regional-node')[excluded]).toBe('7000,7001,7002');
  expect(annotations('event-processor-service')[excluded]).toBeUndefined();
});

test('each public path is under one public name, and the dashboard has its own', () => {
  const environment = environmentNamed(catalog, 'prod');
  const routes = catalog.services.flatMap((service) => publicRoutes(environment, service));
  const urls = routes.map(({ host, path }) => `${host}${path}`);
  expect(urls).toEqual([...new Set(urls)]);
  expect(urls).toContain('dashboard.gamemetrics.example/');
  expect(urls).toContain('id.gamemetrics.example/oidc');
  expect(urls).toContain('api.gamemetrics.example/graphql');
});

test('a host outside is known to the services that declare it, and to no other', () => {
  const environment = environmentNamed(catalog, 'prod');
  for (const { host, users } of outsideUses(catalog)) {
    const knowing = catalog.services.filter(({ name }) =>
      neighboursOf(catalog, environment, name).includes(`gateways/${host}`),
    );
    expect(knowing).toEqual(users);
  }
});

test('a part that services talk to and no proxy knows is an error that says where to add it', () => {
  const [service] = catalog.services;
  const parts = catalog.parts.map((part) => ({
    ...part,
    edges: [{ from: service?.name ?? '', to: 'prometheus', port: 9090, purpose: 'a test' }],
  }));
  const changed = { ...catalog, parts: parts.filter(({ name }) => name === 'prometheus') };
  expect(() => neighboursOf(changed, environmentNamed(catalog, 'prod'), service?.name ?? '')).toThrow(
    'Add it to catalog/neighbours.ts',
  );
});

test('the mesh of prod reads like this', () => {
  expect(yamlOf('prod', 'mesh', 'AuthorizationPolicy', 'PeerAuthentication', 'Sidecar', 'Telemetry')).toMatchSnapshot();
});

test('the mesh side of a service reads like this', () => {
  const kinds = ['AuthorizationPolicy', 'DestinationRule', 'RequestAuthentication', 'Sidecar', 'VirtualService'];
  expect(yamlOf('prod', 'analytics-api', ...kinds)).toMatchSnapshot();
});
