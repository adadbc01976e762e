import type { App } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { IPublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { WebAcl } from '../constructs/web-acl.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';

/**
 * What stands before the gateways: the certificate, which the load balancer controller finds by its names, and the
 * firewall, which the ingress names. Last, because the certificate waits for the delegation of the zone. In the recovery
 * region no zone is given: ACM asks an account for the same record in every region, and the first region has written it.
 */
export class EdgeStack extends PlatformStack {
  constructor(app: App, platform: Platform, { zone }: { readonly zone?: IPublicHostedZone }) {
    super(app, platform, { kind: 'edge', description: 'Certificate and firewall of the public gateways' });
    const { catalog, environment } = platform;
    new Certificate(this, 'Certificate', {
      domainName: environment.domain,
      subjectAlternativeNames: [`*.${environment.domain}`],
      validation: CertificateValidation.fromDns(zone),
    });
    if (environment.firewall) new WebAcl(this, 'WebAcl', { catalog, environment });
  }
}
