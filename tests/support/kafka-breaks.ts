import type { Break } from './breaks.ts';
import { type Draft, get } from './output.ts';

const CLUSTER = 'Kafka gamemetrics';

const RULES = 'data["rules.yml"]';

/** Gives a series of the brokers' exporter another name. */
function renamed(draft: Draft, from: string, to: string): void {
  const key = 'ConfigMap brokers-metrics';
  const text = get(draft.object(key), RULES);
  if (typeof text !== 'string' || !text.includes(from)) throw new Error(`${key} has no «${from}».`);
  draft.set(key, RULES, text.replace(from, to));
}

/** References around Kafka that lead nowhere. */
export const kafkaBreaks: readonly Break[] = [
  [
    'rebalance template',
    'the template of a rebalance is gone',
    (draft) => draft.remove('KafkaRebalance when-scaled'),
    'no KafkaRebalance has this name',
  ],
  [
    'rebalance template',
    'the template is an order',
    (draft) => draft.unset('KafkaRebalance when-scaled', 'metadata.annotations["strimzi.io/rebalance-template"]'),
    'this KafkaRebalance is no template',
  ],
  [
    'config map',
    'the rules of the exporter are gone',
    (draft) => draft.remove('ConfigMap cruise-control-metrics'),
    'no config map has this name',
  ],
  [
    'connect cluster',
    'a connector belongs to no workers',
    (draft) => draft.set('KafkaConnector outbox-relay', 'metadata.labels["strimzi.io/cluster"]', 'outboxes'),
    'Write «kafka/outbox»',
  ],
  [
    'storage topic',
    'workers keep their positions nowhere',
    (draft) => draft.remove('KafkaTopic connect.offsets'),
    'no KafkaTopic has this name',
  ],
  [
    'secret',
    'the relay has no password of the database',
    (draft) => draft.remove('ExternalSecret outbox-relay'),
    'no secret has this name',
  ],
  [
    'image',
    'the workers run whatever is new',
    (draft) => draft.set('KafkaConnect outbox', 'spec.image', 'registry.example/kafka-connect:latest'),
    '«latest» is a tag',
  ],
];

/** Differences from what the catalog declares of Kafka. */
export const kafkaDifferences: readonly Break[] = [
  [
    'outbox',
    'nobody relays an outbox',
    (draft) => draft.remove('KafkaConnector outbox-relay'),
    'user-service: the catalog declares this outbox',
  ],
  [
    'outbox',
    'the relay reads another table',
    (draft) => draft.set('KafkaConnector outbox-relay', 'spec.config["table.include.list"]', 'public.users'),
    'spec.config["table.include.list"]: public.users: outbox.user-service',
  ],
  [
    'outbox',
    'the relay does not look at the certificate of the database',
    (draft) => draft.set('KafkaConnector outbox-relay', 'spec.config["database.sslmode"]', 'require'),
    'spec.config["database.sslmode"]: require',
  ],
  [
    'published schema',
    'a schema is not published',
    (draft) => draft.unset('ConfigMap schema-publication', 'data["session_start-1.json"]'),
    'session_start-1: the catalog declares this published schema',
  ],
  [
    'published schema',
    'a schema is published otherwise',
    (draft) => draft.set('ConfigMap schema-publication', 'data["session_start-1.json"]', '{}'),
    'data[]: {}: events.session_start-1',
  ],
  [
    'published schema',
    'nobody publishes',
    (draft) => draft.remove('Job schema-publication'),
    'session_start-1: the catalog declares this published schema',
  ],
  [
    'part',
    'the registry is gone',
    (draft) => draft.remove('Deployment schema-registry'),
    'schema-registry: the catalog declares this part',
  ],
  [
    'part',
    'the registry asks for more than was reckoned with',
    (draft) =>
      draft.set('Deployment schema-registry', 'spec.template.spec.containers[0].resources.requests.memory', '4Gi'),
    'resources.requests.memory: 4Gi: parts.schema-registry',
  ],
  [
    'part',
    'a stranger runs beside Kafka',
    (draft) => draft.set('Job schema-publication', 'spec.template.metadata.labels', { app: 'miner' }),
    'app=miner: the output has this part',
  ],
  [
    'service of a part',
    'nobody finds the Kafka UI',
    (draft) => draft.remove('Service kafka-ui'),
    'kafka-ui: the catalog declares this service of a part',
  ],
  [
    'disruption budget of a part',
    'a drain may take every replica',
    (draft) => draft.remove('PodDisruptionBudget schema-registry'),
    'schema-registry: the catalog declares this disruption budget of a part',
  ],
  [
    'Kafka helper',
    'nobody balances the brokers',
    (draft) => draft.unset(CLUSTER, 'spec.cruiseControl'),
    'spec.cruiseControl: the catalog declares this Kafka helper',
  ],
  [
    'Kafka helper',
    'the exporter has more memory than was reckoned with',
    (draft) => draft.set(CLUSTER, 'spec.kafkaExporter.resources.requests.memory', '1Gi'),
    'resources.requests.memory: 1Gi: kafka.KAFKA_RESOURCES.exporter',
  ],
  [
    'exported series',
    'a series has another name than alerts ask for',
    (draft) => renamed(draft, 'isrshrinks_total', 'isr_shrinks_total'),
    'isr_shrinks_total: the output has this exported series',
  ],
  [
    'exported series',
    'the balancer exports nothing',
    (draft) => draft.unset(CLUSTER, 'spec.cruiseControl.metricsConfig'),
    'balancedness_score: the catalog declares this exported series',
  ],
];
