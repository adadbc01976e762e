import { Duration, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Site } from '#catalog/index.ts';
import { type KeyUse, names } from '#catalog/names.ts';

/** A customer-managed KMS key of one group of stores, rotated every year, under the catalog's alias for it. */
export class EncryptionKey extends Key {
  constructor(scope: Construct, id: string, purpose: { readonly environment: Site; readonly use: KeyUse }) {
    super(scope, id, {
      alias: names.keyAlias(purpose.environment, purpose.use),
      description: `Encrypts ${purpose.use} of ${purpose.environment.name}`,
      enableKeyRotation: true,
      // The shortest that AWS allows where data goes with the environment, the longest where it must survive a mistake.
      pendingWindow: Duration.days(purpose.environment.retainData ? 30 : 7),
    });
  }

  /**
   * Lets whoever of this account makes a volume or an instance use the key through EC2, as AWS's own `aws/ebs` key does.
   * Naming the role of Auto Scaling instead would fail in an account that has never scaled anything.
   */
  allowVolumes(): void {
    const { account, region } = Stack.of(this);
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'VolumesOfThisAccount',
        principals: [new AnyPrincipal()],
        actions: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:CreateGrant',
          'kms:DescribeKey',
        ],
        resources: ['*'],
        conditions: { StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `ec2.${region}.amazonaws.com` } },
      }),
    );
  }
}
