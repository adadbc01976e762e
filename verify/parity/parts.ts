import { replicasOf, requestsOf, runsIn } from '#catalog/footprints.ts';
import type { Catalog, Environment, FootprintPod } from '#catalog/index.ts';
import { PROMETHEUS } from '#catalog/monitors.ts';
import { POOL_LABEL } from '#catalog/names.ts';
import type { Manifest } from '../tree/manifest.ts';
import { podSpecOf, podTemplateOf } from '../world/pods.ts';
import { labelSelector } from '../world/selector.ts';
import { type Declared, type Facts, type Found, foundIn, type ParityRow, type Surroundings } from './row.ts';

/** Namespaces in which every workload of the tree is a part of the catalog. */
const NAMESPACES: ReadonlySet<string> = new Set(['kafka', 'observability']);
const KINDS = ['Deployment', 'StatefulSet', 'Job', 'CronJob'] as const;

/** Pods that charts of ours render: those whose footprint gives their size. Prometheus' are made by its operator. */
const renderedIn = (catalog: Catalog, environment: Environment): readonly FootprintPod[] =>
  catalog.parts
    .filter((part) => NAMESPACES.has(part.namespace) && runsIn(part, environment))
    .flatMap(({ pods }) => pods.filter(({ party, requests }) => requests !== undefined && party !== PROMETHEUS.party));

const CPU = 'resources.requests.cpu';
const MEMORY = 'resources.requests.memory';
const POOL = `spec.nodeSelector["${POOL_LABEL}"]`;

function declaredFacts(pod: FootprintPod, environment: Environment): Facts {
  const requests = requestsOf(pod, environment);
  const replicas = replicasOf(pod, environment);
  return {
    'metadata.name': pod.party,
    'spec.serviceAccountName': pod.serviceAccount,
    'spec.replicas': replicas === 0 ? undefined : String(replicas),
    [POOL]: pod.pool,
    [CPU]: `${requests?.cpuMillis}m`,
    [MEMORY]: `${requests?.memoryMiB}Mi`,
  };
}

function foundFacts(manifest: Manifest): Facts {
  const podSpec = podSpecOf(manifest);
  const [container] = podSpec?.list('containers') ?? [];
  return {
    'metadata.name': manifest.name,
    'spec.serviceAccountName': podSpec?.key('serviceAccountName').text,
    'spec.replicas': String(manifest.root.at('spec.replicas').number),
    [POOL]: podSpec?.key('nodeSelector').key(POOL_LABEL).text,
    [CPU]: container?.at(CPU).text,
    [MEMORY]: container?.at(MEMORY).text,
  };
}

const keyOf = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');

/** The pods of the catalog that a template's labels are of, or the labels themselves. */
function partyOf(labels: Readonly<Record<string, string>>, pods: readonly FootprintPod[]): string {
  const pod = pods.find((one) => Object.entries(one.labels).every(([key, value]) => labels[key] === value));
  return pod?.party ?? keyOf(labels);
}

function workloads({ tree, catalog }: Surroundings): readonly Found[] {
  const pods = renderedIn(catalog, tree.environment);
  return KINDS.flatMap((kind) => tree.ofKind(kind))
    .filter(({ namespace = '' }) => NAMESPACES.has(namespace))
    .map((manifest) => {
      const labels = podTemplateOf(manifest)?.at('metadata.labels').texts ?? {};
      return foundIn(manifest, partyOf(labels, pods), foundFacts(manifest));
    });
}

const declaredBudgets = ({ tree, catalog }: Surroundings): readonly Declared[] =>
  renderedIn(catalog, tree.environment)
    .filter((pod) => Number(replicasOf(pod, tree.environment)) > 1)
    .map(({ party }) => ({ key: party, by: `parts.${party}`, facts: { 'spec.maxUnavailable': '1' } }));

function budgets({ tree, catalog }: Surroundings): readonly Found[] {
  const pods = renderedIn(catalog, tree.environment);
  return tree
    .ofKind('PodDisruptionBudget')
    .filter(({ namespace = '' }) => NAMESPACES.has(namespace))
    .map((budget) =>
      foundIn(budget, partyOf(labelSelector(budget.root.at('spec.selector')).labels, pods), {
        'spec.maxUnavailable': String(budget.root.at('spec.maxUnavailable').number),
      }),
    );
}

export const partRows: readonly ParityRow[] = [
  {
    kind: 'part',
    says: 'What runs beside Kafka and beside Prometheus is a part of the catalog, at its size, on its nodes.',
    declared: ({ tree, catalog }) =>
      renderedIn(catalog, tree.environment).map((pod) => ({
        key: pod.party,
        by: `parts.${pod.party}`,
        facts: declaredFacts(pod, tree.environment),
      })),
    found: workloads,
  },
  {
    kind: 'service of a part',
    says: 'A part that others call has a service with its ports.',
    declared: ({ tree, catalog }) =>
      renderedIn(catalog, tree.environment)
        .filter(({ ports }) => ports.length > 0)
        .map(({ party, ports }) => ({
          key: party,
          by: `parts.${party}`,
          facts: { 'spec.ports': ports.map(({ name, number }) => `${name}=${number}`).join(', ') },
        })),
    found: ({ tree }) =>
      tree
        .ofKind('Service', '')
        .filter(({ namespace = '' }) => NAMESPACES.has(namespace))
        .map((service) =>
          foundIn(service, service.name, {
            'spec.ports': service.root
              .list('spec.ports')
              .map((port) => `${port.key('name').text}=${port.key('port').number}`)
              .join(', '),
          }),
        ),
  },
  {
    kind: 'disruption budget of a part',
    says: 'A part of several replicas loses one at a time.',
    declared: declaredBudgets,
    found: budgets,
  },
];
