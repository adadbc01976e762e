import { describe, expect, test } from '@jest/globals';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { at, ENVIRONMENTS, ofKind, textsAt, theObject, yamlOf } from '#tests/support/charts.ts';

describe.each(ENVIRONMENTS)('backups of the cluster of %s', (environment) => {
  const { region, account, retainData } = environmentNamed(catalog, environment);

  test('are made daily and hourly and kept for 30 days', () => {
    const schedules = ofKind(environment, 'Schedule').filter(({ apiVersion }) => apiVersion === 'velero.io/v1');
    expect(schedules.map(({ metadata, spec }) => [metadata.name, at(spec, 'schedule')])).toEqual([
      ['daily', '30 2 * * *'],
      ['hourly', '15 * * * *'],
    ]);
    for (const { spec } of schedules) expect(at(spec, 'template', 'ttl')).toBe('720h');
  });

  test('go to the bucket of the environment, in its region', () => {
    expect(theObject(environment, 'BackupStorageLocation', 'default').spec).toMatchObject({
      objectStorage: { bucket: `gamemetrics-${environment}-${account}-velero` },
      config: { region },
    });
  });

  test('take snapshots of volumes, but not of those whose databases and brokers copy themselves', () => {
    expect(textsAt(theObject(environment, 'ConfigMap', 'volumes'), 'data')['policy.yaml']).toMatch(
      /storageClass:\n +- fast-ssd\n +action:\n +type: skip/,
    );
    const snapshots = theObject(environment, 'VolumeSnapshotClass', 'ebs');
    expect(snapshots.deletionPolicy).toBe(retainData ? 'Retain' : 'Delete');
    expect(snapshots.metadata.labels).toMatchObject({ 'velero.io/csi-volumesnapshot-class': 'true' });
  });
});

test('the daily backup of prod reads like this', () => {
  expect(yamlOf('prod', 'backup', 'Schedule').split('---\n')[0]).toMatchSnapshot();
});
