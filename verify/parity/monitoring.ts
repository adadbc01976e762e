import { type Monitor, monitorsIn, PROMETHEUS } from '#catalog/monitors.ts';
import { prometheus } from '#catalog/parts/prometheus.ts';
import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { describeSelector, labelSelector, type Selector } from '../world/selector.ts';
import { type Declared, type Found, foundIn, type ParityRow, type Surroundings } from './row.ts';

const [POD] = prometheus.pods;

/** Labels have no order. */
const describe = ({ labels, requirements }: Selector): string =>
  describeSelector({ labels: Object.fromEntries(Object.entries(labels).sort()), requirements });

const keyOf = (pods: string, endpoint: string): string => `${pods} ${endpoint}`;

const declaredMonitor = ({ party, namespace, labels, port, path }: Monitor): Declared => ({
  key: keyOf(`${namespace}/${describe({ labels, requirements: [] })}`, `:${port}${path}`),
  by: `the port ${port} of ${party}`,
});

function scraped(manifest: Manifest): readonly Found[] {
  const { root, namespace = '' } = manifest;
  const named = root.list('spec.namespaceSelector.matchNames').flatMap(({ text }) => text ?? []);
  const selector = describe(labelSelector(root.at('spec.selector')));
  const endpoint = (node: Node): string =>
    `:${node.key('portNumber').number ?? node.key('port').text}${node.key('path').text ?? '/metrics'}`;
  return (named.length > 0 ? named : [namespace]).flatMap((space) =>
    root
      .list('spec.podMetricsEndpoints')
      .map((node) => foundIn(manifest, keyOf(`${space}/${selector}`, endpoint(node)))),
  );
}

const podMonitors = ({ tree }: Surroundings): readonly Found[] => tree.ofKind('PodMonitor').flatMap(scraped);

const account = `${prometheus.namespace}/${POD.serviceAccount}`;

function boundRoles({ tree }: Surroundings): readonly Found[] {
  return tree.ofKind('ClusterRoleBinding').flatMap((binding) =>
    binding.root
      .list('subjects')
      .map((subject) => `${subject.key('namespace').text}/${subject.key('name').text}`)
      .filter((subject) => subject === account)
      .map((subject) => foundIn(binding, `${subject} as ${binding.root.at('roleRef.name').text}`)),
  );
}

export const monitoringRows: readonly ParityRow[] = [
  {
    kind: 'pod monitor',
    says: 'Every port of a footprint that serves metrics is scraped, and no other.',
    declared: ({ catalog, tree }) => monitorsIn(catalog, tree.environment).map(declaredMonitor),
    found: podMonitors,
  },
  {
    kind: 'prometheus',
    says: 'There is one Prometheus, as its footprint has it.',
    declared: ({ tree }) => [
      {
        key: `${prometheus.namespace}/${PROMETHEUS.name}`,
        by: 'parts.prometheus',
        facts: {
          'spec.replicas': String(POD.replicas[tree.environment.replicas]),
          'spec.retention': `${PROMETHEUS.retentionDays}d`,
        },
      },
    ],
    found: ({ tree }) =>
      tree.ofKind('Prometheus').map((found) =>
        foundIn(found, `${found.namespace}/${found.name}`, {
          'spec.replicas': String(found.root.at('spec.replicas').number),
          'spec.retention': found.root.at('spec.retention').text,
        }),
      ),
  },
  {
    kind: 'sight of prometheus',
    says: 'Prometheus may look for what it scrapes, and nothing else is given to it.',
    declared: () => [{ key: `${account} as ${POD.serviceAccount}`, by: 'parts.prometheus' }],
    found: boundRoles,
  },
];
