import type { App } from 'cdk8s';
import { usesKafka } from '#catalog/configuration.ts';
import { KAFKA_AUTOSCALER } from '#catalog/kafka.ts';
import { names } from '#catalog/names.ts';
import { DATABASES_NAMESPACE, SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { Component, type Platform } from '../lib/component.ts';
import { ClusterSecretStore, type StoreRef } from '../lib/external-secrets.ts';
import { SecretBridge } from '../lib/secret-bridge.ts';

/** AWS Secrets Manager, as External Secrets' own role; infra gives it the environment's secrets only. */
export const AWS_STORE: StoreRef = { kind: 'ClusterSecretStore', name: 'aws-secrets-manager' };

/** From where secrets come: AWS, and what the operators of Kafka and TimescaleDB write. */
export class SecretStores extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'secret-stores',
      summary: 'Where secrets come from.',
      owner: 'platform',
      namespace: SERVICES_NAMESPACE,
      stage: 'access',
    });
    const { catalog, environment } = platform;
    new ClusterSecretStore(this, 'ClusterSecretStore', {
      metadata: { name: AWS_STORE.name },
      spec: {
        conditions: [{ namespaces: [SERVICES_NAMESPACE, 'kafka', DATABASES_NAMESPACE] }],
        provider: { aws: { service: 'SecretsManager', region: environment.region } },
      },
    });
    const users = catalog.services.filter(usesKafka).map(({ name }) => names.kafkaUserSecret(name));
    new SecretBridge(this, 'kafka', [...users, names.kafkaUserSecret(KAFKA_AUTOSCALER.user), names.kafkaCaSecret]);
    new SecretBridge(this, DATABASES_NAMESPACE, [names.timescaleCaSecret, names.databasesCaSecret]);
  }
}
