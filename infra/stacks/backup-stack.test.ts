import { describe, expect, test } from '@jest/globals';
import { environmentOf, glanceAt, recoveryStackOf, stackOf, synthesized } from '#tests/support/infra.ts';

interface Rule {
  readonly RuleName: string;
  readonly Lifecycle: { readonly DeleteAfterDays: number };
  readonly CopyActions: readonly { readonly DestinationBackupVaultArn: string }[];
}

describe('AWS Backup in prod', () => {
  const backup = stackOf('prod', 'backup');
  const { BackupPlanRule } = backup.only('AWS::Backup::BackupPlan').BackupPlan as { BackupPlanRule: readonly Rule[] };

  test('keeps a daily copy of the relational databases as long as the catalog says', () => {
    expect(BackupPlanRule.map(({ RuleName, Lifecycle }) => [RuleName, Lifecycle.DeleteAfterDays])).toEqual(
      environmentOf('prod').backups.map(({ name, retentionDays }) => [name, retentionDays]),
    );
    const { Resources } = backup.only('AWS::Backup::BackupSelection').BackupSelection as { Resources: unknown[] };
    expect(Resources).toHaveLength(1);
    expect(JSON.stringify(Resources)).toContain(':rds:us-east-1:333333333333:db:');
  });

  test('copies each of them into the vault of the recovery region', () => {
    const copies = BackupPlanRule.flatMap(({ CopyActions }) => CopyActions);
    expect(copies.map(({ DestinationBackupVaultArn }) => DestinationBackupVaultArn)).toEqual([
      'arn:aws:backup:us-west-2:333333333333:backup-vault:gamemetrics-prod-recovery',
    ]);
    expect(backup.dependencies).toContain('gamemetrics-prod-recovery-vault');
  });

  test.each([
    ['the first region', stackOf('prod', 'vault'), 'gamemetrics-prod'],
    ['the recovery region', recoveryStackOf('vault'), 'gamemetrics-prod-recovery'],
  ])('has a vault in %s that is encrypted and locked for a week', (_where, stack, name) => {
    expect(stack.only('AWS::Backup::BackupVault')).toMatchObject({
      BackupVaultName: name,
      EncryptionKeyArn: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
      LockConfiguration: { MinRetentionDays: 7 },
    });
  });
});

test.each(['dev', 'staging'] as const)(
  '%s has no vault: recovery points would outlive an environment that goes without a trace',
  (name) => {
    const types = synthesized(name).flatMap(({ resources }) => resources.map(({ Type }) => Type));
    expect(types.filter((type) => type.startsWith('AWS::Backup::'))).toEqual([]);
  },
);

test.each([
  ['plan', stackOf('prod', 'backup')],
  ['vault', recoveryStackOf('vault')],
])('the %s of AWS Backup at a glance', (_part, stack) => {
  expect(glanceAt(stack, { 'AWS::Backup::BackupVault': ['BackupVaultName'] })).toMatchSnapshot();
});
