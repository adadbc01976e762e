import { describe, expect, test } from '@jest/globals';
import { operatorsIn } from '#catalog/footprints.ts';
import { catalog, type EnvironmentName, environmentNamed } from '#catalog/index.ts';
import { at, componentsIn, ENVIRONMENTS, listAt, ofKind, theObject, yamlOf } from '#tests/support/charts.ts';
import type { Manifest } from '../lib/manifest.ts';
import { WRITE_BACKS } from './write-backs.ts';

const groupKindOf = ({ apiVersion, kind }: Manifest): string =>
  `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}/${kind}`;

/** The manifests that a project's Applications apply in an environment. */
const applied = (environment: EnvironmentName, project: string): readonly Manifest[] =>
  ofKind(environment, 'Application')
    .filter((application) => at(application, 'spec', 'project') === project)
    .flatMap((application) => String(at(application, 'spec', 'source', 'path') ?? '').split('/')[1] ?? [])
    .flatMap((folder) => componentsIn(environment).get(folder) ?? []);

describe.each(ENVIRONMENTS)('delivery of %s', (environment) => {
  const { delivery, retainData } = environmentNamed(catalog, environment);
  const applications = ofKind(environment, 'Application');

  test('syncs by itself with prune and self-heal where the catalog says so, and waits for a person elsewhere', () => {
    for (const application of applications)
      expect(at(application, 'spec', 'syncPolicy', 'automated')).toEqual(
        delivery.automatedSync ? { prune: true, selfHeal: true } : undefined,
      );
  });

  test('deletes what an Application made together with it only where data may go', () => {
    for (const { metadata } of applications)
      expect(Reflect.get(metadata, 'finalizers')).toEqual(
        retainData ? undefined : ['resources-finalizer.argocd.argoproj.io'],
      );
  });

  test('takes operators from pinned charts and tags', () => {
    for (const { name, source: wanted } of operatorsIn(catalog, environmentNamed(catalog, environment))) {
      const source = at(theObject(environment, 'Application', `operator-${name}`), 'spec', 'source');
      expect(source).toMatchObject(
        wanted.kind === 'chart'
          ? { chart: wanted.name, targetRevision: wanted.version }
          : { path: wanted.path, targetRevision: wanted.tag },
      );
      expect(at(source, 'repoURL')).not.toMatch(/^oci:/);
    }
  });

  test("leaves the network policies of Kafka to this tree, because the operator's own admit everyone", () => {
    const values = at(
      theObject(environment, 'Application', 'operator-strimzi'),
      'spec',
      'source',
      'helm',
      'valuesObject',
    );
    expect(at(values, 'generateNetworkPolicy')).toBe(false);
  });

  test('has a project a team, and services only in the project of their own team', () => {
    for (const { name, owner, status } of catalog.services.filter((service) => service.status === 'built')) {
      expect(status).toBe('built');
      expect(at(theObject(environment, 'Application', name), 'spec', 'project')).toBe(owner);
    }
    expect(
      ofKind(environment, 'AppProject')
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual([...catalog.teams.map(({ name }) => name), 'operators', 'default'].sort());
  });

  test.each(['platform', 'pipeline', 'insights'])('the project %s permits every object that it applies', (project) => {
    const spec = theObject(environment, 'AppProject', project).spec;
    const permitted = (list: string) => listAt(spec, list).map((one) => `${at(one, 'group')}/${at(one, 'kind')}`);
    const namespaces = listAt(spec, 'destinations').map((one) => at(one, 'namespace'));
    const manifests = applied(environment, project);
    expect(manifests.length).toBeGreaterThan(0);
    for (const manifest of manifests) {
      const { namespace } = manifest.metadata;
      const list = namespace === undefined ? 'clusterResourceWhitelist' : 'namespaceResourceWhitelist';
      expect(permitted(list)).toContain(groupKindOf(manifest));
      if (namespace !== undefined) expect(namespaces).toContain(namespace);
    }
  });

  test('lets no team but platform reach beyond the namespace of the services', () => {
    for (const { name } of catalog.teams.filter((team) => team.name !== 'platform')) {
      const spec = theObject(environment, 'AppProject', name).spec;
      expect(at(spec, 'clusterResourceWhitelist')).toEqual([]);
      expect(listAt(spec, 'destinations').map((one) => at(one, 'namespace'))).toEqual(['gamemetrics']);
      expect(JSON.stringify(at(spec, 'namespaceResourceWhitelist'))).not.toMatch(/kafka\.strimzi\.io|rbac|SecretStore/);
    }
  });

  test('lets an Application without a project do nothing', () => {
    const { description: _, ...rights } = Object(theObject(environment, 'AppProject', 'default').spec);
    expect(Object.values(rights)).toEqual([[], [], [], []]);
  });

  test('permits the platform exactly the kinds that it uses in some environment', () => {
    const spec = theObject(environment, 'AppProject', 'platform').spec;
    const permitted = ['clusterResourceWhitelist', 'namespaceResourceWhitelist'].flatMap((list) =>
      listAt(spec, list).map((one) => `${at(one, 'group')}/${at(one, 'kind')}`),
    );
    expect([...permitted].sort()).toEqual(
      [...new Set(ENVIRONMENTS.flatMap((one) => applied(one, 'platform')).map(groupKindOf))].sort(),
    );
  });
});

describe('what others write back', () => {
  test('is written by an operator that is installed, into an object of one that is', () => {
    const installed = catalog.operators.map(({ name }) => name);
    for (const { by, of, why } of WRITE_BACKS) {
      if (by !== 'Kubernetes') expect(installed).toContain(by);
      if (of) expect(installed).toContain(of);
      expect(why).not.toBe('');
    }
  });

  test.each(ENVIRONMENTS)('is left alone in %s by each Application that has such objects', (environment) => {
    for (const application of ofKind(environment, 'Application')) {
      const folder = String(at(application, 'spec', 'source', 'path') ?? '').split('/')[1] ?? '';
      const kinds = new Set((componentsIn(environment).get(folder) ?? []).map(groupKindOf));
      const concerned = WRITE_BACKS.filter(({ of, group, kind, beside }) =>
        of
          ? application.metadata.name === `operator-${of}`
          : kinds.has(`${group}/${kind}`) && (beside?.some((other) => kinds.has(other)) ?? true),
      );
      const described = (one: unknown): string =>
        `${at(one, 'group')}/${at(one, 'kind')} ${at(one, 'jqPathExpressions')}`;
      const ignored = listAt(application, 'spec', 'ignoreDifferences').map(described);
      expect([application.metadata.name, ...ignored]).toEqual([application.metadata.name, ...concerned.map(described)]);
      expect(listAt(application, 'spec', 'syncPolicy', 'syncOptions')).toContain('RespectIgnoreDifferences=true');
    }
  });
});

test('a project and an Application of dev read like this', () => {
  const texts = yamlOf('dev', 'delivery').split('---\n');
  const chosen = texts.filter((text) => /^ {2}name: (insights|analytics-api)$/m.test(text));
  expect(chosen.join('---\n')).toMatchSnapshot();
});

test('an operator and the app-of-apps of prod read like this', () => {
  const texts = yamlOf('prod', 'delivery').split('---\n');
  const chosen = texts.filter((text) => /^ {2}name: (operator-external-secrets|gamemetrics)$/m.test(text));
  expect(chosen.join('---\n')).toMatchSnapshot();
});
