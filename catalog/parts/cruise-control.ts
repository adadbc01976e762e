import { environments } from '../environments/index.ts';
import { isRebalanced } from '../kafka.ts';
import type { Part } from '../model/index.ts';
import { PLATFORM } from '../names.ts';

/** A pod that Strimzi makes of the Kafka object where there are brokers to balance. */
export const cruiseControl = {
  name: 'cruise-control',
  namespace: 'kafka',
  summary: 'Moves replicas between brokers when some come or go.',
  environments: environments.filter(isRebalanced).map(({ name }) => name),
  pods: [
    {
      party: 'cruise-control',
      labels: { 'strimzi.io/cluster': PLATFORM, 'strimzi.io/name': `${PLATFORM}-cruise-control` },
      serviceAccount: `${PLATFORM}-cruise-control`,
      replicas: { full: 1, single: 1 },
      pool: 'data',
      ports: [
        { name: 'rest-api', number: 9090 },
        { name: 'tcp-prometheus', number: 9404, metrics: '/metrics' },
      ],
    },
  ],
  edges: [
    { from: 'cruise-control', to: 'kafka', port: 9091, purpose: 'read measurements, move replicas' },
    { from: 'strimzi-operator', to: 'cruise-control', port: 9090, purpose: 'ask for a rebalance' },
    { from: 'kafka-entity-operator', to: 'cruise-control', port: 9090, purpose: 'change the replicas of a topic' },
  ],
} as const satisfies Part;
