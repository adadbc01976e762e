import { describe, expect, test } from '@jest/globals';
import { rolesOf } from '#catalog/databases.ts';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { at, componentsIn, ENVIRONMENTS, listAt, textsAt, theObject, yamlOf } from '#tests/support/charts.ts';

describe.each(ENVIRONMENTS)('TimescaleDB of %s', (environment) => {
  const { timescale, nodeGroups } = environmentNamed(catalog, environment);
  const { spec } = theObject(environment, 'Cluster', 'timescaledb');

  test('has its instances on data nodes, in different zones where the nodes are', () => {
    expect(spec).toMatchObject({
      instances: timescale.instances,
      storage: { size: `${timescale.storageGiB}Gi`, storageClass: 'fast-ssd' },
      affinity: {
        nodeSelector: { 'gamemetrics/pool': 'data' },
        podAntiAffinityType: 'required',
        topologyKey: nodeGroups.data.zones > 1 ? 'topology.kubernetes.io/zone' : 'kubernetes.io/hostname',
      },
    });
  });

  test('acknowledges what its replica has, where it has one, and lets no drain take the last instance', () => {
    const replicated = timescale.instances > 1;
    expect(at(spec, 'postgresql', 'synchronous', 'number')).toBe(replicated ? 1 : undefined);
    expect(at(spec, 'enablePDB')).toBe(replicated);
  });

  test('archives its log at least every five minutes, which is the recovery point, and keeps 30 days', () => {
    expect(at(spec, 'postgresql', 'parameters', 'archive_timeout')).toBe('5min');
    expect(listAt(spec, 'plugins')).toEqual([
      {
        name: 'barman-cloud.cloudnative-pg.io',
        isWALArchiver: true,
        parameters: { barmanObjectName: 'timescaledb-backups' },
      },
    ]);
    expect(theObject(environment, 'ObjectStore', 'timescaledb-backups').spec).toMatchObject({
      retentionPolicy: '30d',
      configuration: { s3Credentials: { inheritFromIAMRole: true } },
    });
    expect(theObject(environment, 'ScheduledBackup', 'timescaledb').spec).toMatchObject({
      schedule: '0 0 3 * * *',
      method: 'plugin',
    });
  });

  test('has a role for each service that uses it, whose password the operator takes over when it is rotated', () => {
    const roles = listAt(spec, 'managed', 'roles');
    expect(roles.map((role) => at(role, 'name'))).toEqual(rolesOf(catalog, 'timescaledb').map(({ role }) => role));
    for (const role of roles) {
      const secret = theObject(environment, 'ExternalSecret', String(at(role, 'passwordSecret', 'name')));
      expect(at(secret.spec, 'target', 'template')).toMatchObject({
        type: 'kubernetes.io/basic-auth',
        metadata: { labels: { 'cnpg.io/reload': 'true' } },
        data: { username: at(role, 'name') },
      });
    }
  });

  test('proves the name of its pooler too, because clients check it', () => {
    expect(listAt(spec, 'certificates', 'serverAltDNSNames')).toEqual([
      'timescaledb-pooler.databases.svc.cluster.local',
    ]);
  });
});

describe.each(ENVIRONMENTS)('what prepares databases in %s', (environment) => {
  test('is a job of each sync, outside the mesh, after its secrets and before what uses the database', () => {
    const jobs = [...componentsIn(environment).values()].flat().filter(({ kind }) => kind === 'Job');
    const ours = jobs.filter(({ metadata }) => /-migration$|^database-setup$/.test(metadata.name));
    expect(ours.map(({ metadata }) => metadata.name)).toEqual(
      expect.arrayContaining(['database-setup', 'event-processor-service-migration']),
    );
    for (const job of ours) {
      const annotations = textsAt(job, 'metadata', 'annotations');
      expect(annotations).toMatchObject({
        'argocd.argoproj.io/hook': 'Sync',
        'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
        'argocd.argoproj.io/sync-wave': '-1',
      });
      expect(textsAt(job, 'spec', 'template', 'metadata', 'labels')['sidecar.istio.io/inject']).toBe('false');
    }
  });

  test('goes past the poolers, which lend a session for a transaction only', () => {
    const job = theObject(environment, 'Job', 'event-processor-service-migration');
    const [container] = listAt(job, 'spec', 'template', 'spec', 'containers');
    expect(JSON.stringify(at(container, 'env'))).toContain('@timescaledb-rw.databases');
    expect(JSON.stringify(job)).not.toMatch(/pooler|pgbouncer/);
  });
});

test('the pooler of prod reads like this', () => {
  expect(yamlOf('prod', 'timescaledb', 'Pooler')).toMatchSnapshot();
});

test('backups of prod read like this', () => {
  expect(yamlOf('prod', 'timescaledb', 'ObjectStore', 'ScheduledBackup')).toMatchSnapshot();
});
