import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { AUTHORITIES, rdsRoots } from '../lib/authorities.ts';
import { Component, type Platform } from '../lib/component.ts';
import { asIs, ExternalSecret, externalSecretSpec } from '../lib/external-secrets.ts';
import { bridgeStore } from '../lib/secret-bridge.ts';

/** The certificate authorities of Kafka and of the databases, in the services' namespace. */
export class Trust extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'trust',
      summary: 'Certificate authorities that services trust.',
      owner: 'platform',
      namespace: SERVICES_NAMESPACE,
      stage: 'messaging',
    });
    this.#copyAuthority('kafka', { namespace: 'kafka', secret: names.kafkaCaSecret });
    this.#copyAuthority('timescaledb', { namespace: 'databases', secret: names.timescaleCaSecret });
    this.#copyAuthority('databases', { namespace: 'databases', secret: names.databasesCaSecret });
    const { name, key } = AUTHORITIES.rds;
    new k8s.KubeConfigMap(this, `ConfigMap-${name}`, {
      metadata: this.named(name),
      data: { [key]: rdsRoots(platform.environment) },
    });
  }

  /** Only the certificate: the private key beside it stays where it is. */
  #copyAuthority(
    authority: 'kafka' | 'timescaledb' | 'databases',
    source: { readonly namespace: string; readonly secret: string },
  ): void {
    const { name, key } = AUTHORITIES[authority];
    new ExternalSecret(this, `ExternalSecret-${name}`, {
      metadata: this.named(name),
      spec: externalSecretSpec(name, {
        store: bridgeStore(source.namespace),
        values: [{ secretKey: 'certificate', remoteRef: { key: source.secret, property: 'ca.crt' } }],
        keys: { [key]: asIs('certificate') },
      }),
    });
  }
}
