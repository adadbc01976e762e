import type { App } from 'cdk8s';
import { names } from '#catalog/names.ts';
import { DATABASES_NAMESPACE } from '#catalog/namespaces.ts';
import { Certificate, Issuer } from '../../lib/cert-manager.ts';
import { Component, type Platform } from '../../lib/component.ts';

const ROOT = 'databases-root';
/** What signs certificates of this namespace's servers. */
export const DATABASES_ISSUER = { kind: 'Issuer', name: 'databases' } as const;
export const CERTIFICATE_LIFE = { duration: '2160h', renewBefore: '720h' } as const;

/** The certificate authority of what runs among the databases and brings none of its own. */
export class DatabasesAuthority extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'databases-authority',
      summary: "The certificate authority of the databases' servers.",
      owner: 'platform',
      namespace: DATABASES_NAMESPACE,
      stage: 'access',
    });
    new Issuer(this, 'Issuer-root', { metadata: this.named(ROOT), spec: { selfSigned: {} } });
    new Certificate(this, 'Certificate', {
      metadata: this.named(names.databasesCaSecret),
      spec: {
        secretName: names.databasesCaSecret,
        isCA: true,
        commonName: 'GameMetrics databases',
        duration: '87600h',
        renewBefore: '8760h',
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Never' },
        issuerRef: { kind: 'Issuer', name: ROOT },
      },
    });
    new Issuer(this, 'Issuer', {
      metadata: this.named(DATABASES_ISSUER.name),
      spec: { ca: { secretName: names.databasesCaSecret } },
    });
  }
}
