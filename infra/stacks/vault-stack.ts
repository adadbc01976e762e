import { type App, Duration } from 'aws-cdk-lib';
import { BackupVault } from 'aws-cdk-lib/aws-backup';
import { names } from '#catalog/names.ts';
import { EncryptionKey } from '../constructs/encryption-key.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';

/** How long nobody can take a recovery point out of the vault without first taking its lock off. */
const LOCKED_DAYS = 7;

/** The vault of AWS Backup, and in the recovery region the key of everything that is copied there. */
export class VaultStack extends PlatformStack {
  readonly key: EncryptionKey;
  readonly vault: BackupVault;

  constructor(app: App, platform: Platform) {
    super(app, platform, { kind: 'vault', description: 'Vault of AWS Backup' });
    const { environment } = platform;
    this.key = new EncryptionKey(this, 'Key', { environment, use: 'backup' });
    this.vault = new BackupVault(this, 'Vault', {
      backupVaultName: names.backupVault(environment),
      encryptionKey: this.key,
      lockConfiguration: { minRetention: Duration.days(LOCKED_DAYS) },
    });
  }
}
