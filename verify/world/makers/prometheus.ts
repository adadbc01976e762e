import type { Maker } from '../made.ts';

/** What the Prometheus operator makes of its objects. */
export const prometheus: readonly Maker[] = [
  {
    kind: 'Prometheus',
    group: 'monitoring.coreos.com',
    source: 'Prometheus operator 0.93: pkg/prometheus/server/statefulset.go, labels, port and governing service',
    makes: ({ namespace = '', name }) => ({
      services: [{ namespace, name: 'prometheus-operated', ports: [9090] }],
      pods: [
        {
          namespace,
          labels: { 'app.kubernetes.io/name': 'prometheus', 'operator.prometheus.io/name': name, prometheus: name },
          ports: [{ name: 'web', number: 9090, protocol: 'TCP' }],
          origin: `Prometheus ${name} of its operator`,
        },
      ],
    }),
  },
];
