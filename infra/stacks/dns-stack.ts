import { type App, CfnOutput, Fn } from 'aws-cdk-lib';
import { CaaAmazonRecord, PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { type Platform, PlatformStack } from './platform-stack.ts';

/**
 * The zone of the environment's domain. The one manual step of a deployment is outside of AWS: whoever holds the parent
 * domain delegates to the name servers that the output names. Until then certificates wait, and nothing else does.
 */
export class DnsStack extends PlatformStack {
  readonly zone: PublicHostedZone;

  constructor(app: App, platform: Platform) {
    super(app, platform, { kind: 'dns', description: 'Zone of the public names' });
    const { domain } = platform.environment;
    this.zone = new PublicHostedZone(this, 'Zone', {
      zoneName: domain,
      comment: 'Records are written by external-dns and by certificate validation',
      caaAmazon: false,
    });
    // Nobody but Amazon may issue certificates for these names.
    new CaaAmazonRecord(this, 'Issuers', { zone: this.zone });
    new CfnOutput(this, 'NameServers', {
      description: `The one manual step: delegate ${domain} to these name servers in its parent zone`,
      value: Fn.join(', ', this.zone.hostedZoneNameServers ?? []),
    });
  }
}
