import type { App } from 'cdk8s';
import { KAFKA_AUTOSCALER } from '#catalog/kafka.ts';
import { names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { lagAcls } from '../lib/acls.ts';
import { AUTHORITIES } from '../lib/authorities.ts';
import { Component, type Platform } from '../lib/component.ts';
import { asIs, ExternalSecret, externalSecretSpec } from '../lib/external-secrets.ts';
import { TriggerAuthentication } from '../lib/keda.ts';
import { bridgeStore } from '../lib/secret-bridge.ts';
import { CLUSTER_LABEL, KafkaUser } from '../lib/strimzi.ts';
import { userSpec } from './kafka/users.ts';

const CREDENTIALS = 'keda-kafka';

/** What ScaledObjects refer to. */
export const KAFKA_AUTHENTICATION = 'kafka-lag';

/** How KEDA reads the lag of the groups that services scale on: a user of its own that may look and nothing else. */
export class Autoscaling extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'autoscaling',
      summary: 'Access of the autoscaler to the lag of consumer groups.',
      owner: 'platform',
      namespace: SERVICES_NAMESPACE,
      stage: 'messaging',
    });
    this.#addUser();
    this.#addCredentials();
    new TriggerAuthentication(this, 'TriggerAuthentication', {
      metadata: this.named(KAFKA_AUTHENTICATION),
      spec: {
        secretTargetRef: [
          ...['username', 'password'].map((key) => ({ parameter: key, name: CREDENTIALS, key })),
          { parameter: 'ca', name: AUTHORITIES.kafka.name, key: AUTHORITIES.kafka.key },
        ],
      },
    });
  }

  #addUser(): void {
    const acls = this.platform.catalog.services.flatMap((service) =>
      service.scaling.kind === 'lag' ? lagAcls(service, service.scaling.topic) : [],
    );
    new KafkaUser(this, 'KafkaUser', {
      metadata: {
        ...this.named(names.kafkaUser(KAFKA_AUTOSCALER.user), { [CLUSTER_LABEL]: names.kafkaCluster }),
        namespace: 'kafka',
      },
      spec: userSpec(acls, KAFKA_AUTOSCALER.quota),
    });
  }

  #addCredentials(): void {
    const secret = names.kafkaUserSecret(KAFKA_AUTOSCALER.user);
    new ExternalSecret(this, 'ExternalSecret', {
      metadata: this.named(CREDENTIALS),
      spec: externalSecretSpec(CREDENTIALS, {
        store: bridgeStore('kafka'),
        values: [{ secretKey: 'password', remoteRef: { key: secret, property: 'password' } }],
        keys: { username: names.kafkaUser(KAFKA_AUTOSCALER.user), password: asIs('password') },
      }),
    });
  }
}
