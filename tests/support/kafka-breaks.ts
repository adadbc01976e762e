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
];

/** Differences from what the catalog declares of Kafka. */
export const kafkaDifferences: readonly Break[] = [
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
