import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { ALERT_ADDRESS } from '#catalog/delivery.ts';
import type { Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { EncryptionKey } from './encryption-key.ts';

/** Who publishes: alarms, budgets, and events of databases. None of them could use the key that AWS manages for SNS. */
const PUBLISHERS = ['cloudwatch', 'budgets', 'events.rds', 'backup'] as const;

/** Where AWS reports to the platform team; encrypted, TLS only, and open to services in this account's name alone. */
export class AlertTopic extends Topic {
  constructor(scope: Construct, id: string, environment: Environment) {
    const key = new EncryptionKey(scope, `${id}Key`, { environment, use: 'alerts' });
    super(scope, id, {
      topicName: names.alertTopic(environment),
      displayName: `GameMetrics ${environment.name}`,
      masterKey: key,
      enforceSSL: true,
    });
    const services = {
      principals: PUBLISHERS.map((service) => new ServicePrincipal(`${service}.amazonaws.com`)),
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    };
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'ServicesPublish',
        ...services,
        actions: ['sns:Publish'],
        resources: [this.topicArn],
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'PublishersEncrypt',
        ...services,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    this.addSubscription(new EmailSubscription(ALERT_ADDRESS));
  }
}
