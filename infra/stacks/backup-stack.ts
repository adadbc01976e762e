import { type App, ArnFormat } from 'aws-cdk-lib';
import { CfnBackupPlan, CfnBackupSelection } from 'aws-cdk-lib/aws-backup';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { standbyOf } from '#catalog/environments/index.ts';
import type { BackupRule } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { requiredTags } from '../policies/tags.ts';
import type { DatabaseStack } from './database-stack.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';
import type { VaultStack } from './vault-stack.ts';

/** After the automatic backup of RDS and before its maintenance, so that they do not wait for each other. */
const DAILY = 'cron(30 9 * * ? *)';

interface Sources {
  readonly vault: VaultStack;
  readonly database: DatabaseStack;
}

/** A daily copy of the relational databases in a locked vault, and another one in the recovery region. */
export class BackupStack extends PlatformStack {
  constructor(app: App, platform: Platform, { vault, database }: Sources) {
    super(app, platform, { kind: 'backup', description: 'Plan of AWS Backup' });
    const { environment } = platform;
    const plan = new CfnBackupPlan(this, 'Plan', {
      backupPlan: {
        backupPlanName: names.backupVault(environment),
        backupPlanRule: environment.backups.map((rule) => this.#rule(rule, vault)),
      },
      backupPlanTags: requiredTags(this, 'platform'),
    });
    new CfnBackupSelection(this, 'Selection', {
      backupPlanId: plan.ref,
      backupSelection: {
        selectionName: 'databases',
        iamRoleArn: this.#addRole().roleArn,
        resources: [this.#arn('rds', 'db', database.primary)],
      },
    });
  }

  #rule({ name, retentionDays }: BackupRule, vault: VaultStack): CfnBackupPlan.BackupRuleResourceTypeProperty {
    const lifecycle = { deleteAfterDays: retentionDays };
    const { environment } = this.platform;
    return {
      ruleName: name,
      targetBackupVault: vault.vault.backupVaultName,
      scheduleExpression: DAILY,
      lifecycle,
      copyActions: standbyOf(environment).map((standby) => ({
        destinationBackupVaultArn: `arn:${this.partition}:backup:${standby.region}:${standby.account}:backup-vault:${names.backupVault(standby)}`,
        lifecycle,
      })),
    };
  }

  #arn(service: string, resource: string, resourceName: string): string {
    return this.formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }

  #addRole(): Role {
    return new Role(this, 'Role', {
      description: 'AWS Backup takes and copies recovery points',
      assumedBy: new ServicePrincipal('backup.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
      managedPolicies: [
        ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSBackupServiceRolePolicyForBackup'),
        ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSBackupServiceRolePolicyForRestores'),
      ],
    });
  }
}
