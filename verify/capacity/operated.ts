import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';
import { ownerOf } from '../world/components.ts';
import { type Capacity, type Demand, sum } from './model.ts';
import { keepsApart, poolOf, sidecarOf } from './placement.ts';
import { requestsOf, requestsOfPod } from './requests.ts';

/** Pods that an operator makes of an object: where their number, their size and the settings of the scheduler stand. */
interface Row {
  /** They are there when this is; the object itself when left out. */
  readonly section?: string;
  readonly replicas?: string;
  readonly settings: string;
  readonly size: (root: Node) => Capacity;
  readonly onEveryNode?: (root: Node) => boolean;
  readonly apart?: (root: Node) => boolean;
}

const resourcesAt =
  (...paths: readonly string[]) =>
  (root: Node): Capacity =>
    sum(paths.map((path) => requestsOf(root.at(path))));

const cluster: Row = { replicas: 'spec.replicas', settings: 'spec.template.pod', size: resourcesAt('spec.resources') };
const monitoring: Row = { replicas: 'spec.replicas', settings: 'spec', size: resourcesAt('spec.resources') };

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  'kafka.strimzi.io KafkaNodePool': [cluster],
  'kafka.strimzi.io KafkaConnect': [cluster],
  'kafka.strimzi.io KafkaMirrorMaker2': [cluster],
  'kafka.strimzi.io Kafka': [
    {
      section: 'spec.entityOperator',
      settings: 'spec.entityOperator.template.pod',
      size: resourcesAt('spec.entityOperator.topicOperator.resources', 'spec.entityOperator.userOperator.resources'),
    },
    {
      section: 'spec.kafkaExporter',
      settings: 'spec.kafkaExporter.template.pod',
      size: resourcesAt('spec.kafkaExporter.resources'),
    },
    {
      section: 'spec.cruiseControl',
      settings: 'spec.cruiseControl.template.pod',
      size: resourcesAt('spec.cruiseControl.resources'),
    },
  ],
  'postgresql.cnpg.io Cluster': [
    {
      replicas: 'spec.instances',
      settings: 'spec.affinity',
      size: resourcesAt('spec.resources'),
      apart: (root) => root.at('spec.affinity.podAntiAffinityType').text === 'required',
    },
  ],
  'postgresql.cnpg.io Pooler': [
    {
      replicas: 'spec.instances',
      settings: 'spec.template.spec',
      size: (root) => requestsOfPod(root.at('spec.template.spec')),
    },
  ],
  'monitoring.coreos.com Prometheus': [monitoring],
  'monitoring.coreos.com Alertmanager': [monitoring],
  'monitoring.coreos.com ThanosRuler': [monitoring],
  'opentelemetry.io OpenTelemetryCollector': [
    { ...monitoring, onEveryNode: (root) => root.at('spec.mode').text === 'daemonset' },
  ],
};

/** Pods that operators make of an object; none of a kind that has no row. */
export function operatedPods(manifest: Manifest, tree: Tree): readonly Omit<Demand, 'isZonal'>[] {
  const { root, kind, group, name } = manifest;
  const namespace = manifest.namespace ?? '';
  return (ROWS[`${group} ${kind}`] ?? [])
    .filter(({ section }) => section === undefined || root.at(section).exists)
    .map(({ section, replicas, settings, size, onEveryNode, apart }) => {
      const count = replicas === undefined ? 1 : (root.at(replicas).number ?? 1);
      const scheduling = root.at(settings);
      const part = section === undefined ? '' : `, ${section.split('.').at(-1)}`;
      return {
        owner: ownerOf(manifest),
        origin: `${kind} ${namespace}/${name}${part}`,
        namespace,
        labels: {},
        pool: poolOf(scheduling),
        replicas: { base: count, peak: count },
        onEveryNode: onEveryNode?.(root) ?? false,
        keepsApart: keepsApart(scheduling) || (apart?.(root) ?? false),
        ...sum([size(root), sidecarOf(tree, { namespace, labels: {} })]),
      };
    });
}
